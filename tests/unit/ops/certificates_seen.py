"""Certificates that were seen somewhere, and one that is wanted."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from host_programs.contract.hostctl import FoundCertificates
from ops.certificates.wanted import Wanted
from tests.unit.pem import Made, made

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)
PEM = "/etc/x/api.pem"


def ending(days: int, name: str = "api.example.com") -> Made:
    """A certificate with so many days left."""
    return made(name, NOW - timedelta(days=400), 400 + days, "Example CA", (name,))


def held(place: str, *chain: Made, error: str = "") -> list[FoundCertificates]:
    return [{"place": place, "chain": [one.der for one in chain], "error": error}]


def api(**more: Any) -> Wanted:
    return Wanted(
        **{"purpose": "API", "hosts": ("a",), "place": PEM, "renewed_by": "you", "breaks": "all", **more}
    )
