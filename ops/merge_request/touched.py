"""Which stacks a change of files touches."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

_STACK_FILE = re.compile(r"Pulumi\.(.+)\.yaml")
_NO_PART_OF_A_CLOUD = {".ci", "bench", "docs", "images", "lab", "schema", "tests"}
"""Folders that neither the program nor a preview reads."""
_FILES_FOR_PEOPLE = {".gitignore", ".pre-commit-config.yaml", ".yamllint"}


@dataclass(frozen=True)
class Touched:
    """What is to be previewed.

    Attributes:
        stacks: Names, in the project's order.
        unlisted: Stacks whose files are changed and that the project does not name.
    """

    stacks: tuple[str, ...] = ()
    unlisted: tuple[str, ...] = ()


def touched(changed: Iterable[str], project: Sequence[str]) -> Touched:
    """The stacks that a change touches.

    A stack file touches its stack. Any other file touches all stacks, but for those that no cloud is made of: a file
    that a stack file names (an override, a certificate) may stand anywhere.

    Args:
        changed: Paths relative to the repository.
        project: The stacks that the project names.
    """
    paths = set(changed)
    named = {found[1] for path in paths if (found := _STACK_FILE.fullmatch(path))}
    program = any(
        not _STACK_FILE.fullmatch(path) and _is_part_of_a_cloud(PurePosixPath(path)) for path in paths
    )
    stacks = tuple(name for name in dict.fromkeys(project) if program or name in named)
    return Touched(stacks, tuple(sorted(named.difference(project))))


def _is_part_of_a_cloud(path: PurePosixPath) -> bool:
    if path.parts[0] in _NO_PART_OF_A_CLOUD:
        return False
    return path.suffix != ".md" and str(path) not in _FILES_FOR_PEOPLE
