"""RabbitMQ."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar, Literal

from config.kolla.expected import Cluster
from config.kolla.port import Port
from config.kolla.service import RELEASE, Row, Service
from config.model.errors import Problem

if TYPE_CHECKING:
    from config.cloud import CloudConfig
    from config.kolla import KollaSettings


class Queues(Service):
    """RabbitMQ."""

    name: ClassVar[str] = "rabbitmq"
    runs: ClassVar[str] = "enable_rabbitmq"
    clusters: ClassVar[tuple[Cluster, ...]] = (Cluster("rabbitmq", "rabbitmq"),)
    ports: ClassVar[tuple[Port, ...]] = (
        Port("rabbitmq", "message queue, plain or TLS", ("rabbitmq_port",), ("rabbitmq",)),
        Port(
            "rabbitmq-cluster",
            "queue cluster, its port mapper and its command line, which nodes call back",
            ("rabbitmq_epmd_port", "rabbitmq_cluster_port"),
            ("rabbitmq",),
            ("control",),
            fixed=(
                "35672-35682",
            ),  # of rabbitmqctl: rabbitmq_cluster_port and 10000 to 10010, where that is not moved
        ),
        Port(
            "rabbitmq-management",
            "queue management and metrics",
            ("rabbitmq_management_port", "rabbitmq_prometheus_port"),
            ("loadbalancer", "rabbitmq"),
        ),
    )

    kind: Literal["quorum", "mirrored", "classic"] = "quorum"
    """How queues outlive a host; `mirrored`, `classic` (not at all): a running cloud of 2024.x, until it is moved."""
    streams: bool = True
    """Replies and fanouts outlive a host too; false: a running cloud of 2024.x that has not been moved yet."""

    def rows(self, cloud: CloudConfig, kolla: KollaSettings) -> Iterator[Row]:
        """Quorum queues and streams from the first day: what the next release asks for."""
        field, kind = "kolla.queues.streams", "kolla.queues.kind"
        streams = self.streams and self.kind == "quorum"  # Kolla-Ansible: no effect without quorum queues
        if cloud.releases.openstack < "2025.1":
            yield "om_enable_rabbitmq_high_availability", self.kind == "mirrored", kind
            yield "om_enable_rabbitmq_quorum_queues", self.kind == "quorum", kind
            yield "om_enable_queue_manager", streams, field
            yield "om_enable_rabbitmq_transient_quorum_queue", streams, field
        yield "om_enable_rabbitmq_stream_fanout", streams, field

    def problems(self, cloud: CloudConfig, kolla: KollaSettings) -> Iterator[Problem]:
        """The release has the kind of queue."""
        release = cloud.releases.openstack
        if self.kind != "quorum" and release >= "2025.1":
            reason = f"Kolla-Ansible {release} has quorum queues only; 2024.2 was the last to have others"
            fix = "remove it; a running cloud moves its queues with 2024.2 first"
            yield Problem(("kolla", "queues", "kind"), reason, fix, self.kind, needs=(RELEASE,))
