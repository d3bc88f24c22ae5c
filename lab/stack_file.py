"""The stack file that the lab's stack is run with: Pulumi.lab.yaml, and a profile's sections below it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import yaml

from lab import paths
from lab.errors import LabError

PLAIN = "hosts"
"""The profile that adds nothing."""
_HEAD = "# Made by lab/lab stack-file: change Pulumi.lab.yaml or lab/profiles instead.\n"
_OF_A_RELEASE = re.compile(r"-\d{4}\.\d$")


def write(profile: str, release: str) -> None:
    """Write .lab/Pulumi.lab.yaml. Raises LabError for a profile that does not exist."""
    text = assembled(paths.BASE_STACK_FILE.read_text(), sections(profile, release), release)
    paths.write(paths.STACK_FILE, text)


def sections(profile: str, release: str) -> list[str]:
    """What a profile adds for a release, text by text. Raises LabError for one that does not exist."""
    return [] if profile == PLAIN else list(_texts(profile, release))


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


def assembled(base: str, sections: list[str], release: str) -> str:
    """The text of the stack file: of what several texts have, the last one's counts.

    Args:
        base: the stack file below.
        sections: what is added to its configuration.
        release: of OpenStack; an empty one leaves what the others say.
    """
    document = yaml.safe_load(base)
    more = [f"cloud:releases: {{openstack: {release}}}"] if release else []
    for text in [*sections, *more]:
        document["config"] = merged(document["config"], yaml.safe_load(text))
    return _HEAD + yaml.safe_dump(document, sort_keys=False, width=120)


def merged(below: Any, above: Any) -> Any:
    """Two documents laid one over the other: of what both have, `above` counts."""
    if not (isinstance(below, dict) and isinstance(above, dict)):
        return above
    return {**below, **{key: merged(below.get(key), value) for key, value in above.items()}}
