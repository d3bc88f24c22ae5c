"""Releases of OpenStack and the host systems they run on (facts: kolla-ansible support matrix)."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator

from config.base import Section

OpenStackRelease = Literal["2024.1", "2024.2", "2025.1", "2025.2", "2026.1"]
HostOs = Literal["debian-12", "debian-13", "ubuntu-22.04", "ubuntu-24.04"]

HOST_SYSTEMS: dict[OpenStackRelease, tuple[HostOs, ...]] = {
    "2024.1": ("debian-12", "ubuntu-22.04", "ubuntu-24.04"),
    "2024.2": ("debian-12", "ubuntu-22.04", "ubuntu-24.04"),
    "2025.1": ("debian-12", "ubuntu-24.04"),
    "2025.2": ("debian-12", "ubuntu-24.04"),
    "2026.1": ("debian-13", "ubuntu-24.04"),
}
"""Host systems of each kolla-ansible release that this program prepares (Debian family)."""

CODENAMES: dict[HostOs, str] = {
    "debian-12": "bookworm",
    "debian-13": "trixie",
    "ubuntu-22.04": "jammy",
    "ubuntu-24.04": "noble",
}


def _as_text(release: Any) -> Any:
    """YAML reads `2025.1` as a number."""
    return str(release) if isinstance(release, float) else release


class Releases(Section):
    """Which releases the cloud runs."""

    openstack: Annotated[OpenStackRelease, BeforeValidator(_as_text)] = "2025.1"
    """OpenStack's release, by its kolla-ansible branch; quotes are not needed."""
    host_os: HostOs
    """Distribution and release that every host runs."""
