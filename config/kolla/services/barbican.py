"""Secrets and keys of tenants."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar

from config.kolla.expected import Catalogued
from config.kolla.port import Port, api
from config.kolla.service import Row, Service

if TYPE_CHECKING:
    from config.cloud import CloudConfig
    from config.kolla import KollaSettings


class Barbican(Service):
    """Secrets and keys of tenants."""

    name: ClassVar[str] = "barbican"
    runs: ClassVar[str] = "enable_barbican"
    catalogue: ClassVar[tuple[Catalogued, ...]] = (Catalogued("key-manager", "barbican"),)
    ports: ClassVar[tuple[Port, ...]] = api("barbican", "secrets", "barbican-api", "barbican_api")

    enabled: bool = False
    """Whether the service runs."""

    def rows(self, cloud: CloudConfig, kolla: KollaSettings) -> Iterator[Row]:
        """Its switch."""
        yield "enable_barbican", self.enabled, "kolla.barbican.enabled"
