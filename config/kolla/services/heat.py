"""Stacks of resources."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar

from config.kolla.expected import Catalogued
from config.kolla.port import Port, api
from config.kolla.service import Row, Service

if TYPE_CHECKING:
    from config.cloud import CloudConfig
    from config.kolla import KollaSettings


class Heat(Service):
    """Orchestration: stacks of resources."""

    name: ClassVar[str] = "heat"
    runs: ClassVar[str] = "enable_heat"
    catalogue: ClassVar[tuple[Catalogued, ...]] = (
        Catalogued("orchestration", "heat"),
        Catalogued("cloudformation", "heat_cfn"),
    )
    ports: ClassVar[tuple[Port, ...]] = api("heat", "stacks", "heat-api", "heat_api", "heat_api_cfn")

    enabled: bool = True
    """Whether the service runs."""

    def rows(self, cloud: CloudConfig, kolla: KollaSettings) -> Iterator[Row]:
        """Its switch."""
        yield "enable_heat", self.enabled, "kolla.heat.enabled"
