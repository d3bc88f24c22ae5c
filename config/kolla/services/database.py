"""MariaDB, and ProxySQL before it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar

from config.kolla.expected import Cluster
from config.kolla.hosts import hosts_of
from config.kolla.port import Port
from config.kolla.service import Row, Service
from config.kolla.setting import Setting

if TYPE_CHECKING:
    from config.cloud import CloudConfig
    from config.kolla import KollaSettings


class Database(Service):
    """MariaDB."""

    name: ClassVar[str] = "mariadb"
    runs: ClassVar[str] = "enable_mariadb"
    clusters: ClassVar[tuple[Cluster, ...]] = (Cluster("galera", "mariadb"),)
    ports: ClassVar[tuple[Port, ...]] = (
        Port(
            "mariadb",
            "database, by its virtual address",
            ("database_port", "mariadb_port"),
            ("loadbalancer", "mariadb"),
        ),
        Port(
            "galera",
            "replication, state transfers, cluster check",
            ("mariadb_sst_port", "mariadb_wsrep_port", "mariadb_ist_port", "mariadb_clustercheck_port"),
            ("mariadb",),
            ("control",),
        ),
        Port(
            "galera-multicast",
            "replication",
            ("mariadb_wsrep_port",),
            ("mariadb",),
            ("control",),
            protocol="udp",
        ),
    )

    backup: bool = True
    """Mariabackup is there for `make backup`."""
    proxysql: bool | None = None
    """ProxySQL before the database; none: as the release does (on from 2024.2)."""

    def rows(self, cloud: CloudConfig, kolla: KollaSettings) -> Iterator[Row]:
        """Backups, and what is in front of the database."""
        yield "enable_proxysql", self.proxysql, "kolla.database.proxysql"
        if self.proxysql is False and cloud.releases.openstack >= "2026.1":
            # HAProxy's listener for the cluster is gone; the one for databases of somebody else's takes its place.
            yield "enable_external_mariadb_load_balancer", True, "kolla.database.proxysql"
            yield "external_haproxy_members", _members(cloud), "kolla.database.proxysql"
        yield "enable_mariabackup", self.backup, "kolla.database.backup"

    def settings(self, cloud: CloudConfig, kolla: KollaSettings) -> Iterator[Setting]:
        """What was acknowledged survives a crash of all members at once.

        From 2026.1 on Kolla-Ansible's template has 0 here, with which up to a second of commits is lost then.
        """
        if cloud.releases.openstack >= "2026.1":
            yield Setting("galera.cnf", "mysqld", "innodb_flush_log_at_trx_commit", "1")


def _members(cloud: CloudConfig) -> str:
    """Lines of HAProxy for the cluster's members: one takes all writes, the others stand by."""
    lines: list[str] = []
    for name in hosts_of(cloud, "mariadb"):
        address = cloud.hosts[name].addresses["management"]
        port = "{{ mariadb_port }}"
        standby = " backup" if lines else ""
        lines.append(f"server {name} {address}:{port} check inter 2000 rise 2 fall 5{standby}")
    return ";".join(lines)


class Memcached(Service):
    """The cache of tokens."""

    name: ClassVar[str] = "memcached"
    runs: ClassVar[str] = "enable_memcached"
    ports: ClassVar[tuple[Port, ...]] = (
        Port("memcached", "token cache", ("memcached_port",), ("memcached", "loadbalancer"), ("control",)),
    )
