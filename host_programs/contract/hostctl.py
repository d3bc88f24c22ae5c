"""hostctl, on every host: its folder, exit codes, and what a check reports."""

from __future__ import annotations

from typing import Dict, List, TypedDict

HOSTCTL = "/usr/local/sbin/hostctl"
HOSTCTL_FOLDER = "/var/lib/hostctl"
"""States, records and jobs; root's alone. GROUP.json is the state that was applied last."""


def sysctl_file(group: str) -> str:
    """The drop-in that sets a group's kernel parameters at boot."""
    return f"/etc/sysctl.d/90-hostctl-{group}.conf"


EXIT_DRIFT = 3
"""Of `hostctl check`: the host is not as it was left."""
EXIT_NOT_ACTIVE = 4
"""Of `hostctl confirm`: rolled back, or another state is active."""

CONFIRMED, ARMED, ROLLED_BACK = "confirmed", "armed", "rolled back"
"""A group's status, in its record and in what `hostctl check --json` prints."""


class _Group(TypedDict):
    drift: List[str]
    """What differs from the stored state."""
    ok: int
    """Items that are as they should be."""
    sha256: str
    """Of the stored state; empty: there is none."""
    status: str
    """CONFIRMED, ARMED or ROLLED_BACK."""


class GroupReport(_Group, total=False):
    """What `hostctl check --json` reports of a group."""

    rejected: str
    """sha256 of the state that was rolled back, where it is another one than the stored state."""
    notes: List[str]
    """What is neither drift nor an error."""
    fixed: List[str]
    """With `--fix`: what drifted and was put right."""


class HostReport(TypedDict):
    """The last line of stdout of `hostctl check --json`."""

    groups: Dict[str, GroupReport]
    host: str


SITE_CA = "/usr/local/share/ca-certificates/openstack-cloud.crt"
"""The site's own CAs (`packages.caBundle`) on every host."""


class FoundCertificates(TypedDict):
    """What one place holds."""

    place: str
    """A file, HOST:PORT, or a URL."""
    chain: List[str]
    """Its certificates in their order: DER in base64. What is served shows its first one alone."""
    error: str
    """Why it cannot be read; empty: it could."""


class CertificateReport(TypedDict):
    """The last line of stdout of `hostctl certificates`."""

    certificates: Dict[str, List[FoundCertificates]]
    """By the place that was asked about; none: no file is there."""
