"""Everything that a cloud's hosts accept; what is not here is closed.

Hosts' own services and Ceph's stand here, OpenStack's with each service (config/kolla/services/), the site's
in `cloud:firewall.services`.
"""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Network
from typing import TYPE_CHECKING, Literal, get_args

from config.firewall.model import NetworkUse, Opening
from config.kolla.openings import kolla_openings
from config.kolla.services.prometheus import MGR_METRICS_PORT

if TYPE_CHECKING:
    from config.cloud import CloudConfig


def openings(cloud: CloudConfig) -> Iterator[Opening]:
    """All of them: the product's, then the site's."""
    yield from product(cloud)
    yield from (service.opening(label) for label, service in cloud.firewall.services.items())


def product(cloud: CloudConfig) -> Iterator[Opening]:
    """The product's own."""
    yield from _hosts(cloud)
    yield from _vault(cloud)
    yield from kolla_openings(cloud)
    yield from _ceph(cloud)


def _hosts(cloud: CloudConfig) -> Iterator[Opening]:
    ssh = (str(cloud.ssh.port),)
    everywhere = get_args(NetworkUse)
    yield Opening("ssh", "operators, pipelines, Kolla-Ansible", "tcp", ssh, ("all",), ("operators",))
    yield Opening("ping", "reachability and path MTU", "icmp", (), ("all",), ("anyone",), everywhere)
    why = "time for hosts when the servers are lost"
    yield Opening("ntp", why, "udp", ("123",), ("clock",), ("subnet",))


def _vault(cloud: CloudConfig) -> Iterator[Opening]:
    """The API for all of the management network, Raft for the nodes."""
    vault = cloud.vault
    if vault is None:
        return
    nodes = tuple(host.addresses["management"] for host in vault.hosts(cloud).values())
    networks = tuple(IPv4Network(node) for node in nodes)
    yield Opening("vault", "secrets and PKI", "tcp", (str(vault.port),), ("vault",), ("subnet", "operators"))
    yield Opening("vault-raft", "the vault's nodes", "tcp", (str(vault.cluster_port),), ("vault",), networks)


def _ceph(cloud: CloudConfig) -> Iterator[Opening]:
    """Daemons on the storage hosts; a cluster that is elsewhere opens nothing here."""
    ceph = cloud.ceph
    if ceph is None or ceph.mode == "external":
        return
    storage: tuple[Literal["storage"]] = ("storage",)
    daemons = ("6800-7568",)
    monitors = "monitors, both protocols"
    yield Opening("ceph-mon", monitors, "tcp", ("3300", "6789"), storage, ("subnet",), storage)
    clients = "OSD, MDS, manager for clients"
    yield Opening("ceph-daemons", clients, "tcp", daemons, storage, ("subnet",), storage)
    replication = "OSDs among themselves"
    yield Opening("ceph-replication", replication, "tcp", daemons, storage, storage, ("replication",))
    if ceph.rgw is not None:
        gateway = "object gateway behind the load balancer"
        port = (str(ceph.rgw.port),)
        yield Opening("rgw", gateway, "tcp", port, storage, ("control",), ("management", "storage"))
    if ceph.mode == "cephadm":
        orchestrator = "cephadm's manager works on the other hosts"
        ssh = (str(cloud.ssh.port),)
        yield Opening("ceph-orchestrator", orchestrator, "tcp", ssh, storage, storage, storage)
    if ceph.dashboard:
        yield Opening("ceph-dashboard", "manager's dashboard", "tcp", ("8443",), storage, ("subnet",))
    if ceph.prometheus:
        metrics = (str(MGR_METRICS_PORT),)
        yield Opening("ceph-metrics", "manager's metrics", "tcp", metrics, storage, ("subnet",))
