"""Releases of OpenStack and the host systems they run on (facts: `config/release_map`)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal, cast

from pydantic import BeforeValidator

from config.base import Section
from config.release_map import host_systems

OpenStackRelease = Literal["2024.1", "2024.2", "2025.1", "2025.2", "2026.1"]
HostOs = Literal["debian-12", "debian-13", "ubuntu-22.04", "ubuntu-24.04"]

HOST_SYSTEMS: Mapping[OpenStackRelease, tuple[HostOs, ...]] = cast(
    "Mapping[OpenStackRelease, tuple[HostOs, ...]]", host_systems()
)
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

    openstack: Annotated[OpenStackRelease, BeforeValidator(_as_text)] = "2026.1"
    """OpenStack's release, by its kolla-ansible branch; quotes are not needed. Those up to 2025.1 are no longer maintained:
    they work, to upgrade from, and each preview says so; new clouds take a later one."""
    host_os: HostOs
    """Distribution and release that every host runs."""
