"""The dashboard."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar

from config.kolla.port import Port
from config.kolla.service import Row, Service

if TYPE_CHECKING:
    from config.cloud import CloudConfig
    from config.kolla import KollaSettings


class Horizon(Service):
    """The dashboard."""

    name: ClassVar[str] = "horizon"
    runs: ClassVar[str] = "enable_horizon"
    ports: ClassVar[tuple[Port, ...]] = (
        Port(
            "horizon",
            "dashboard",
            ("horizon_port", "horizon_tls_port", "horizon_listen_port"),
            ("loadbalancer", "horizon"),
            ("users",),
        ),
        Port(
            "horizon",
            "dashboard",
            ("horizon_port", "horizon_tls_port"),
            ("loadbalancer",),
            ("users",),
            ("public",),
        ),
    )

    enabled: bool = True
    """Whether the service runs."""

    def rows(self, cloud: CloudConfig, kolla: KollaSettings) -> Iterator[Row]:
        """Its switch."""
        yield "enable_horizon", self.enabled, "kolla.horizon.enabled"
