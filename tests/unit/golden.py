"""Texts that a person has reviewed: what the code makes now against what the repository has."""

from __future__ import annotations

import difflib
import os
from collections.abc import Mapping
from pathlib import Path

UPDATE = bool(os.environ.get("UPDATE_GOLDEN"))
"""Asked before any test has an environment of its own."""


def compare(folder: Path, made: Mapping[str, str], below: str = "") -> None:
    """Fail with the difference unless the files of a folder are exactly the texts made, by path.

    Args:
        folder: what the paths are relative to.
        made: text by path.
        below: only files below this subfolder must all be among them; `made` is then all of it.
    """
    if UPDATE:
        for name, text in made.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
    files = (folder / below).rglob("*") if below else (folder / name for name in made)
    have = {str(path.relative_to(folder)): path.read_text() for path in files if path.is_file()}
    if have != made:
        lines = [
            line
            for name in sorted({*have, *made})
            for line in difflib.unified_diff(
                have.get(name, "").splitlines(),
                made.get(name, "").splitlines(),
                f"reviewed {name}",
                f"made now {name}",
                lineterm="",
            )
        ]
        gone = [f"{name} is made no more: git rm it" for name in sorted({*have} - {*made})]
        hint = (
            "`UPDATE_GOLDEN=1 make unit` rewrites them: review the diff, and say in CHANGELOG.md what changed"
        )
        raise AssertionError("\n".join([*gone, *lines[:200], hint]))
