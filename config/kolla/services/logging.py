"""Logs of all services in one place."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar

from config.kolla.port import Port
from config.kolla.service import Row, Service

if TYPE_CHECKING:
    from config.cloud import CloudConfig
    from config.kolla import KollaSettings


class Logging(Service):
    """Logs of all services in one place."""

    name: ClassVar[str] = "opensearch"
    runs: ClassVar[str] = "enable_opensearch"
    ports: ClassVar[tuple[Port, ...]] = (
        Port(
            "opensearch",
            "logs: queries and what is sent",
            ("opensearch_port",),
            ("loadbalancer", "opensearch"),
        ),
        Port("opensearch-cluster", "logs: members", (), ("opensearch",), ("control",), fixed=("9300",)),
        Port(
            "opensearch-dashboards",
            "logs: dashboards",
            ("opensearch_dashboards_port", "opensearch_dashboards_listen_port"),
            ("loadbalancer", "opensearch-dashboards"),
            when="enable_opensearch_dashboards",
        ),
    )

    central: bool = False
    """Fluentd sends them to OpenSearch on the control hosts."""

    def rows(self, cloud: CloudConfig, kolla: KollaSettings) -> Iterator[Row]:
        """Its switch."""
        yield "enable_central_logging", self.central, "kolla.logging.central"
