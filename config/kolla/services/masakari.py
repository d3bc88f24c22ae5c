"""Recovery from a failed hypervisor, and Pacemaker, by which it notices one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar

from config.kolla.expected import Catalogued
from config.kolla.port import Port, api
from config.kolla.service import Row, Service

if TYPE_CHECKING:
    from config.cloud import CloudConfig
    from config.kolla import KollaSettings


class Masakari(Service):
    """Servers of a failed hypervisor are started elsewhere."""

    name: ClassVar[str] = "masakari"
    runs: ClassVar[str] = "enable_masakari"
    catalogue: ClassVar[tuple[Catalogued, ...]] = (Catalogued("instance-ha", "masakari"),)
    ports: ClassVar[tuple[Port, ...]] = api("masakari", "recovery of servers", "masakari-api", "masakari_api")

    enabled: bool = False
    """Whether the service runs."""

    def rows(self, cloud: CloudConfig, kolla: KollaSettings) -> Iterator[Row]:
        """Its switch."""
        yield "enable_masakari", self.enabled, "kolla.masakari.enabled"


class Hacluster(Service):
    """Corosync and Pacemaker."""

    name: ClassVar[str] = "hacluster"
    runs: ClassVar[str] = "enable_hacluster"
    ports: ClassVar[tuple[Port, ...]] = (
        Port(
            "corosync",
            "members of the cluster that watches hypervisors",
            ("hacluster_corosync_port",),
            ("hacluster",),
            ("control",),
            protocol="udp",
        ),
        Port(
            "pacemaker-remote",
            "hypervisors as members of that cluster",
            ("hacluster_pacemaker_remote_port",),
            ("hacluster-remote",),
            ("control",),
        ),
    )
