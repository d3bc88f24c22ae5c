"""The stack file that the lab's stack is run with: Pulumi.lab.yaml, and a profile's sections below it."""

from __future__ import annotations

import re

from lab import paths
from lab.errors import LabError

PLAIN = "hosts"
"""The profile that adds nothing."""
_RELEASE = re.compile(r"^(    openstack:) \S+$", re.MULTILINE)


def write(profile: str, release: str) -> None:
    """Write .lab/Pulumi.lab.yaml. Raises LabError for a profile that does not exist."""
    base = paths.BASE_STACK_FILE.read_text()
    sections = "" if profile == PLAIN else _profile(profile)
    paths.write(paths.STACK_FILE, assembled(base, sections, release))


def _profile(name: str) -> str:
    path = paths.PROFILES / f"{name}.yaml"
    if not path.is_file():
        there = sorted(found.stem for found in paths.PROFILES.glob("*.yaml"))
        raise LabError(f"profile {name}: there is none of that name; there are {PLAIN}, {', '.join(there)}")
    return path.read_text()


def assembled(base: str, sections: str, release: str) -> str:
    """The text of the stack file; `release` is OpenStack's, an empty one leaves what `base` says."""
    if release:
        base = _RELEASE.sub(rf"\1 {release}", base, count=1)
    indented = (f"  {line}" if line.strip() else line for line in sections.splitlines(keepends=True))
    return base + "".join(indented)
