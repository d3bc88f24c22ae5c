"""Whether a certificate is to be renewed, and who lacks it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

PART = 3
"""A certificate is renewed when less than one such part of its life is left."""


class Life(NamedTuple):
    """From when to when a certificate is valid; seconds since 1970."""

    begin: float
    end: float


def due(life: Life | None, reason: str, now: float) -> str:
    """Why a certificate is to be renewed; empty: it is not.

    Args:
        life: of the present one; None: it cannot serve.
        reason: why it cannot.
        now: seconds since 1970.
    """
    if life is None:
        return reason
    left, whole = life.end - now, life.end - life.begin
    if left * PART < whole:
        return f"{left / 3600:.0f} of its {whole / 3600:.0f} hours are left"
    return ""


def lacks(found: Mapping[str, str | None], wanted: str) -> bool:
    """Whether a host needs the certificate.

    Args:
        found: checksum of each of its files; None: there is no such file.
        wanted: checksum of the certificate.

    Returns:
        False also where there is no file at all: Kolla-Ansible brings the first one with the load balancer.
    """
    there = [digest for digest in found.values() if digest is not None]
    return bool(there) and any(digest != wanted for digest in there)
