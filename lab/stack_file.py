"""The stack file that the lab's stack is run with: Pulumi.lab.yaml, and a profile's sections below it."""

from __future__ import annotations

import re
from typing import Any

import yaml

from lab import paths
from lab.errors import LabError

PLAIN = "hosts"
"""The profile that adds nothing."""
_RELEASE = re.compile(r"^(    openstack:) \S+$", re.MULTILINE)


def write(profile: str, release: str) -> None:
    """Write .lab/Pulumi.lab.yaml. Raises LabError for a profile that does not exist."""
    base = paths.BASE_STACK_FILE.read_text()
    if profile == PLAIN:
        paths.write(paths.STACK_FILE, assembled(base, "", release))
        return
    own = paths.PROFILES / f"{profile}-{release}.yaml"
    sections = joined(_profile(profile), own.read_text()) if own.is_file() else _profile(profile)
    paths.write(paths.STACK_FILE, assembled(base, sections, release))


def _profile(name: str) -> str:
    path = paths.PROFILES / f"{name}.yaml"
    if not path.is_file():
        there = sorted(found.stem for found in paths.PROFILES.glob("*.yaml") if "-" not in found.stem)
        raise LabError(f"profile {name}: there is none of that name; there are {PLAIN}, {', '.join(there)}")
    return path.read_text()


def joined(sections: str, own: str) -> str:
    """A profile's sections with a release's own ones in them: what both have, the release's wins."""
    return yaml.safe_dump(_merged(yaml.safe_load(sections), yaml.safe_load(own)), sort_keys=False, width=120)


def _merged(below: Any, above: Any) -> Any:
    if not (isinstance(below, dict) and isinstance(above, dict)):
        return above
    return {**below, **{key: _merged(below.get(key), value) for key, value in above.items()}}


def assembled(base: str, sections: str, release: str) -> str:
    """The text of the stack file; `release` is OpenStack's, an empty one leaves what `base` says."""
    if release:
        base = _RELEASE.sub(rf"\1 {release}", base, count=1)
    indented = (f"  {line}" if line.strip() else line for line in sections.splitlines(keepends=True))
    return base + "".join(indented)
