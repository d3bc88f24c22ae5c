"""Locks between services: Valkey, Redis before it, or etcd."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar, Literal

from config.kolla.port import Port
from config.kolla.service import RELEASE, Part, Row, Service
from config.model.errors import Loc, Problem

if TYPE_CHECKING:
    from config.cloud import CloudConfig
    from config.kolla import KollaSettings

_HERE: Loc = ("kolla", "coordination", "backend")


class Coordination(Part):
    """What services lock each other out with."""

    backend: Literal["valkey", "redis", "etcd"] | None = None
    """Valkey from 2025.1 on, Redis before; Cinder on Ceph and Octavia's amphorae need one. None: none runs."""

    def rows(self, cloud: CloudConfig, kolla: KollaSettings) -> Iterator[Row]:
        """The switches of the backends that the release has."""
        field = "kolla.coordination.backend"
        release = cloud.releases.openstack
        if release <= "2025.1":
            yield "enable_redis", self.backend == "redis", field
        if release >= "2025.1":
            yield "enable_valkey", self.backend == "valkey", field
        yield "enable_etcd", self.backend == "etcd", field

    def problems(self, cloud: CloudConfig, kolla: KollaSettings) -> Iterator[Problem]:
        """The release has the backend."""
        release = cloud.releases.openstack
        if self.backend == "valkey" and release < "2025.1":
            reason, fix = f"Kolla-Ansible {release} has no Valkey", "use `redis`; 2025.1 moves it"
            yield Problem(_HERE, reason, fix, self.backend, needs=(RELEASE,))
        if self.backend == "redis" and release >= "2025.2":
            reason = f"Kolla-Ansible {release} has no Redis any more"
            fix = "use `valkey`; a running cloud moves its data with 2025.1 first"
            yield Problem(_HERE, reason, fix, self.backend, needs=(RELEASE,))


class Redis(Service):
    """Redis and its Sentinel."""

    name: ClassVar[str] = "redis"
    runs: ClassVar[str] = "enable_redis"
    ports: ClassVar[tuple[Port, ...]] = (
        Port("redis", "coordination", ("redis_port", "redis_sentinel_port"), ("redis",), ("control",)),
    )


class Valkey(Service):
    """Valkey and its Sentinel."""

    name: ClassVar[str] = "valkey"
    runs: ClassVar[str] = "enable_valkey"
    ports: ClassVar[tuple[Port, ...]] = (
        Port(
            "valkey",
            "coordination, Octavia's job board",
            ("valkey_server_port", "valkey_sentinel_port"),
            ("valkey",),
            ("control",),
        ),
    )


class Etcd(Service):
    """etcd."""

    name: ClassVar[str] = "etcd"
    runs: ClassVar[str] = "enable_etcd"
    ports: ClassVar[tuple[Port, ...]] = (
        Port(
            "etcd",
            "coordination: clients",
            ("etcd_client_port",),
            ("loadbalancer", "etcd"),
            ("control", "compute"),
        ),
        Port("etcd-cluster", "coordination: members", ("etcd_peer_port",), ("etcd",), ("control",)),
    )
