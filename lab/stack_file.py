"""The stack file that the lab's stack is run with: Pulumi.lab.yaml, with a profile's and a release's sections in it."""

from __future__ import annotations

from typing import Any

import yaml

from lab import paths
from lab.errors import LabError

PLAIN = "hosts"
"""The profile that adds nothing."""
_HEAD = "# Made by lab/lab stack-file: change Pulumi.lab.yaml or lab/profiles instead.\n"


def write(profile: str, release: str) -> None:
    """Write .lab/Pulumi.lab.yaml. Raises LabError for a profile that does not exist."""
    sections = [] if profile == PLAIN else [_profile(profile)]
    own = paths.PROFILES / f"{profile}-{release}.yaml"
    if own.is_file():
        sections.append(own.read_text())
    paths.write(paths.STACK_FILE, assembled(paths.BASE_STACK_FILE.read_text(), sections, release))


def _profile(name: str) -> str:
    path = paths.PROFILES / f"{name}.yaml"
    if not path.is_file():
        there = sorted(found.stem for found in paths.PROFILES.glob("*.yaml") if "-" not in found.stem)
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
        document["config"] = _merged(document["config"], yaml.safe_load(text))
    return _HEAD + yaml.safe_dump(document, sort_keys=False, width=120)


def _merged(below: Any, above: Any) -> Any:
    if not (isinstance(below, dict) and isinstance(above, dict)):
        return above
    return {**below, **{key: _merged(below.get(key), value) for key, value in above.items()}}
