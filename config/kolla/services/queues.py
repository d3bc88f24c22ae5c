"""RabbitMQ."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar

from config.kolla.port import Port
from config.kolla.service import Row, Service

if TYPE_CHECKING:
    from config.cloud import CloudConfig
    from config.kolla import KollaSettings


class Queues(Service):
    """RabbitMQ."""

    name: ClassVar[str] = "rabbitmq"
    runs: ClassVar[str] = "enable_rabbitmq"
    ports: ClassVar[tuple[Port, ...]] = (
        Port("rabbitmq", "message queue, plain or TLS", ("rabbitmq_port",), ("rabbitmq",)),
        Port(
            "rabbitmq-cluster",
            "queue cluster and its port mapper",
            ("rabbitmq_epmd_port", "rabbitmq_cluster_port"),
            ("rabbitmq",),
            ("control",),
        ),
        Port(
            "rabbitmq-management",
            "queue management and metrics",
            ("rabbitmq_management_port", "rabbitmq_prometheus_port"),
            ("loadbalancer", "rabbitmq"),
        ),
    )

    streams: bool = True
    """Replies and fanouts outlive a host too; false: a running cloud of 2024.x that has not been moved yet."""

    def rows(self, cloud: CloudConfig, kolla: KollaSettings) -> Iterator[Row]:
        """Quorum queues and streams from the first day: what the next release asks for."""
        field = "kolla.queues.streams"
        if cloud.releases.openstack < "2025.1":
            yield "om_enable_rabbitmq_high_availability", False, field
            yield "om_enable_rabbitmq_quorum_queues", True, field
            yield "om_enable_queue_manager", self.streams, field
            yield "om_enable_rabbitmq_transient_quorum_queue", self.streams, field
        yield "om_enable_rabbitmq_stream_fanout", self.streams, field
