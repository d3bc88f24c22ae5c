"""Prometheus' jobs: those that Kolla-Ansible makes, those made here, and which hosts each asks. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from config.cloud import CloudConfig
from config.kolla.hosts import hosts_of
from config.kolla.values import Values, values


@dataclass(frozen=True)
class Job:
    """A job of Kolla-Ansible's own prometheus.yml."""

    when: str
    """Options of which it depends that the job is there."""
    groups: tuple[str, ...] = ()
    """Inventory groups whose hosts it asks; none: something else than hosts, such as a virtual address."""


KOLLA: dict[str, Job] = {
    "prometheus": Job("enable_prometheus", ("prometheus",)),
    "node": Job("enable_prometheus_node_exporter", ("prometheus-node-exporter",)),
    "mysqld": Job("enable_prometheus_mysqld_exporter", ("prometheus-mysqld-exporter",)),
    "haproxy": Job("enable_prometheus_haproxy_exporter", ("loadbalancer",)),
    "rabbitmq": Job("enable_prometheus_rabbitmq_exporter", ("rabbitmq",)),
    "memcached": Job("enable_prometheus_memcached_exporter", ("prometheus-memcached-exporter",)),
    "cadvisor": Job("enable_prometheus_cadvisor", ("prometheus-cadvisor",)),
    "fluentd": Job("enable_prometheus_fluentd_integration", ("fluentd",)),
    "ceph_mgr_exporter": Job("enable_prometheus_ceph_mgr_exporter"),
    "openstack_exporter": Job("enable_prometheus_openstack_exporter"),
    "elasticsearch_exporter": Job(
        "enable_prometheus_elasticsearch_exporter", ("prometheus-elasticsearch-exporter",)
    ),
    "blackbox_exporter": Job("enable_prometheus_blackbox_exporter"),
    "libvirt_exporter": Job("enable_prometheus_libvirt_exporter", ("prometheus-libvirt-exporter",)),
    "network_exporter": Job(
        "enable_prometheus_openstack_network_exporter", ("prometheus-openstack-network-exporter",)
    ),
    "etcd": Job("enable_prometheus_etcd_integration", ("etcd",)),
    "ironic_prometheus_exporter": Job("enable_ironic_prometheus_exporter", ("ironic-conductor",)),
    "proxysql": Job("enable_prometheus_proxysql_exporter", ("loadbalancer",)),
    "valkey_exporter": Job("enable_prometheus_valkey_exporter", ("prometheus-valkey-exporter",)),
    "alertmanager": Job("enable_prometheus_alertmanager", ("prometheus-alertmanager",)),
}
"""By name, in the order of its template; a release that lacks the option of a job lacks the job."""


@dataclass(frozen=True)
class Target:
    """A host and port that one of our own jobs asks."""

    service: str
    host: str
    """Its name: the label `instance`, as in Kolla-Ansible's jobs, so that a host that is down silences it."""
    address: str
    """With the port."""


def vault(cloud: CloudConfig) -> list[Target]:
    """The vault's nodes; none where there is no vault."""
    own = cloud.vault
    return [_target(cloud, "vault", name, own.port) for name in own.hosts(cloud)] if own else []


def certificates(cloud: CloudConfig) -> list[Target]:
    """Who shows a certificate that no probe of Kolla-Ansible sees in every release: it probes what is behind virtual addresses.

    Raises:
        ValueError: the option of a port cannot be evaluated; says which.
    """
    known, found = values(cloud), vault(cloud)
    if cloud.kolla is None or not known.on(KOLLA["blackbox_exporter"].when):
        return []
    if cloud.kolla.tls.queues:
        found += _of_group(cloud, known, "rabbitmq", "rabbitmq_port")
    if cloud.kolla.tls.backend:  # one certificate for all services: Keystone is always there
        found += _of_group(cloud, known, "keystone", "keystone_internal_listen_port")
    return found


def jobs(cloud: CloudConfig) -> dict[str, tuple[str, ...]]:
    """The jobs of this cloud's Prometheus, each with the hosts that it asks.

    Raises:
        ValueError: an option that switches one cannot be evaluated; says which.
    """
    known = values(cloud)
    if cloud.kolla is None or not known.on("enable_prometheus"):
        return {}
    found = {
        name: hosts_of(cloud, *job.groups)
        for name, job in KOLLA.items()
        if known.on(job.when) and (not job.groups or hosts_of(cloud, *job.groups))
    }
    if cloud.observability is not None:
        own = {"vault": vault(cloud), "certificates": certificates(cloud)}
        found |= {name: tuple(target.host for target in targets) for name, targets in own.items() if targets}
    return found


def _of_group(cloud: CloudConfig, known: Values, group: str, port: str) -> list[Target]:
    return [_target(cloud, group, name, known.port(port)) for name in hosts_of(cloud, group)]


def _target(cloud: CloudConfig, service: str, host: str, port: str | int) -> Target:
    return Target(service, host, f"{cloud.hosts[host].addresses['management']}:{port}")
