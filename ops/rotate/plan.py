"""What a rotation of some secrets is: the steps in their order. Pure."""

from __future__ import annotations

import fnmatch
from collections.abc import Sequence
from dataclasses import dataclass

from ops.rotate.catalogue import Secret


class RotateError(Exception):
    """It cannot be done; `str()` says why and what to do."""


@dataclass(frozen=True)
class Plan:
    """Secrets that go the same run."""

    secrets: tuple[Secret, ...]
    resumed: bool
    """They are new in the stack already; what is missing is `up`."""

    @property
    def driven(self) -> bool:
        """Whether this program does it."""
        return all(secret.way.driven for secret in self.secrets)

    def steps(self) -> list[str]:
        """In the operator's words."""
        if not self.driven:
            return list(dict.fromkeys(step for secret in self.secrets for step in secret.way.before))
        new = "new values, encrypted in the stack; the cloud still has the old ones"
        return [
            f"{new} (done)" if self.resumed else new,
            "make up: hosts and Kolla-Ansible apply them, then the cloud is compared with what is expected of it",
            "their date is kept",
            *dict.fromkeys(step for secret in self.secrets for step in secret.way.after),
        ]

    def names(self) -> list[str]:
        """Of the secrets."""
        return [secret.name for secret in self.secrets]


def plan(what: str, known: Sequence[Secret], rotating: Sequence[str]) -> Plan:
    """The plan for a name or a pattern such as `*_keystone_password`.

    Args:
        what: the name or the pattern; by a pattern only those that this program drives.
        known: the cloud's secrets.
        rotating: what an earlier run has begun and not ended.

    Raises:
        RotateError: there is no such secret, it is never replaced, or another rotation is under way.
    """
    exact = [secret for secret in known if secret.name == what]
    found = exact or [
        secret for secret in known if fnmatch.fnmatchcase(secret.name, what) and secret.way.driven
    ]
    if not found:
        raise RotateError(f"WHAT={what}: no secret of this cloud; WHAT=list names them")
    never = [secret for secret in found if secret.way.outage == "never"]
    if never:
        raise RotateError(f"{never[0].name}: is not replaced: {never[0].way.reason}")
    if rotating and set(rotating) != {secret.name for secret in found}:
        raise RotateError(
            f"a rotation is under way ({', '.join(rotating)}): finish it first with WHAT=resume YES=1"
        )
    return Plan(tuple(found), bool(rotating))


def resumed(known: Sequence[Secret], rotating: Sequence[str]) -> Plan:
    """The plan for what an earlier run has begun. Raises RotateError when there is nothing."""
    if not rotating:
        raise RotateError("WHAT=resume: no rotation is under way")
    by_name = {secret.name: secret for secret in known}
    if gone := [name for name in rotating if name not in by_name]:
        raise RotateError(
            f"the release has no secret {', '.join(gone)} any more: make up, then edit the record"
        )
    return Plan(tuple(by_name[name] for name in rotating), resumed=True)
