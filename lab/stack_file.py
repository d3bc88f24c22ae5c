"""The stack file that the lab's stack is run with: Pulumi.lab.yaml, and a profile's sections below it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import reduce
from typing import Any

import yaml

from lab import paths
from lab.errors import LabError

PLAIN = "hosts"
"""The profile that adds nothing."""
_OF_A_RELEASE = re.compile(r"-\d{4}\.\d$")
_RELEASE = re.compile(r"^(    openstack:) \S+$", re.MULTILINE)


def write(profile: str, release: str) -> None:
    """Write .lab/Pulumi.lab.yaml. Raises LabError for a profile that does not exist."""
    text = assembled(paths.BASE_STACK_FILE.read_text(), sections(profile, release), release)
    paths.write(paths.STACK_FILE, text)


def sections(profile: str, release: str) -> str:
    """What a profile adds for a release. Raises LabError for one that does not exist."""
    return "" if profile == PLAIN else reduce(joined, _texts(profile, release))


def _texts(profile: str, release: str) -> Iterator[str]:
    """Of the profiles that it builds on, and its own (`cloud-observed`: `cloud` first); after each, its release's."""
    parts = profile.split("-")
    for count in range(1, len(parts) + 1):
        name = "-".join(parts[:count])
        yield _profile(name)
        own = paths.PROFILES / f"{name}-{release}.yaml"
        if own.is_file():
            yield own.read_text()


def _profile(name: str) -> str:
    path = paths.PROFILES / f"{name}.yaml"
    if not path.is_file():
        stems = sorted(found.stem for found in paths.PROFILES.glob("*.yaml"))
        there = [stem for stem in stems if not _OF_A_RELEASE.search(stem)]
        raise LabError(f"profile {name}: there is none of that name; there are {PLAIN}, {', '.join(there)}")
    return path.read_text()


def joined(below: str, above: str) -> str:
    """Sections with those of a profile above, or a release's own, in them: what both have, the latter's wins."""
    return yaml.safe_dump(_merged(yaml.safe_load(below), yaml.safe_load(above)), sort_keys=False, width=120)


def _merged(below: Any, above: Any) -> Any:
    if not (isinstance(below, dict) and isinstance(above, dict)):
        return above
    return {**below, **{key: _merged(below.get(key), value) for key, value in above.items()}}


def assembled(base: str, added: str, release: str) -> str:
    """The text of the stack file; `release` is OpenStack's, an empty one leaves what `base` says."""
    if release:
        base = _RELEASE.sub(rf"\1 {release}", base, count=1)
    indented = (f"  {line}" if line.strip() else line for line in added.splitlines(keepends=True))
    return base + "".join(indented)
