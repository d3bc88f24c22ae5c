"""Releases of OpenStack and the host systems they run on (facts: `config/release_map`)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Annotated, Any, Literal, cast

from pydantic import BeforeValidator

from config.model.base import Room
from config.model.errors import Loc, Problem
from config.release_map import host_systems

if TYPE_CHECKING:
    from config.cloud import CloudConfig

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


class Releases(Room):
    """Which releases the cloud runs."""

    openstack: Annotated[OpenStackRelease, BeforeValidator(_as_text)] = "2026.1"
    """OpenStack's release, by its kolla-ansible branch; quotes are not needed. Those up to 2025.1 are no longer maintained:
    they work, to upgrade from, and each preview says so; new clouds take a later one."""
    host_os: HostOs
    """Distribution and release that every host runs."""

    def problems(self, here: Loc, cloud: CloudConfig) -> Iterator[Problem]:
        """Kolla-Ansible's support matrix."""
        if self.host_os not in HOST_SYSTEMS[self.openstack]:
            runs = [release for release, systems in HOST_SYSTEMS.items() if self.host_os in systems]
            on = ", ".join(HOST_SYSTEMS[self.openstack])
            reason = f"OpenStack {self.openstack} does not run on it; it runs on {on}"
            fix = f"use one of those, or a release that {self.host_os} has: {', '.join(runs)}"
            needs: tuple[Loc, ...] = ((*here, "openstack"),)
            yield Problem((*here, "hostOs"), reason, fix, self.host_os, needs=needs)
