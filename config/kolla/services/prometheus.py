"""Metrics: Prometheus, Alertmanager, the exporters."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar

from pydantic import Field

from config.ceph.resolved import placement
from config.kolla.port import Port
from config.kolla.service import HOST_ROLES, Row, Service
from config.model.errors import Loc, Problem
from config.model.texts.lines import Line, MetricsSize, Retention

if TYPE_CHECKING:
    from config.cloud import CloudConfig
    from config.kolla import KollaSettings

_ENDPOINT = re.compile(r"[\w.-]+:\d{1,5}")
MGR_METRICS_PORT = 9283
"""Where Ceph's managers report their metrics."""


def _exporter(label: str, name: str, why: str, *groups: str) -> Port:
    """An exporter that has a switch and a port of the form `[enable_]prometheus_NAME[_port]`."""
    option = f"prometheus_{name}"
    return Port(label, why, (f"{option}_port",), groups, when=f"enable_{option}")


def needs_monitoring(cloud: CloudConfig, loc: Loc) -> Iterator[Problem]:
    """A host has the role `monitoring`."""
    if not cloud.with_role("monitoring"):
        reason = "no enabled host has the role `monitoring`: it would run nowhere"
        yield Problem(loc, reason, "give the role to a host, or switch it off", "true", needs=HOST_ROLES)


class Prometheus(Service):
    """Metrics and alerts."""

    name: ClassVar[str] = "prometheus"
    runs: ClassVar[str] = "enable_prometheus"
    roles: ClassVar[tuple[str, ...]] = ("prometheus", "prometheus-node-exporters")
    heading: ClassVar[str] = "Monitoring"
    ports: ClassVar[tuple[Port, ...]] = (
        Port(
            "prometheus",
            "metrics",
            ("prometheus_port", "prometheus_listen_port"),
            ("loadbalancer", "prometheus"),
            when="enable_prometheus_server",
        ),
        Port(
            "alertmanager",
            "alerts",
            ("prometheus_alertmanager_port", "prometheus_alertmanager_listen_port"),
            ("loadbalancer", "prometheus-alertmanager"),
            when="enable_prometheus_alertmanager",
        ),
        Port(
            "alertmanager-cluster",
            "deduplication of alerts",
            ("prometheus_alertmanager_cluster_port",),
            ("prometheus-alertmanager",),
            ("monitoring",),
            when="enable_prometheus_alertmanager",
        ),
        Port(
            "alertmanager-gossip",
            "deduplication of alerts",
            ("prometheus_alertmanager_cluster_port",),
            ("prometheus-alertmanager",),
            ("monitoring",),
            protocol="udp",
            when="enable_prometheus_alertmanager",
        ),
        Port(
            "msteams",
            "alerts for Teams",
            ("prometheus_msteams_port",),
            ("prometheus-msteams",),
            when="enable_prometheus_msteams",
        ),
        _exporter("node-exporter", "node_exporter", "metrics of every host", "prometheus-node-exporter"),
        _exporter("container-metrics", "cadvisor", "metrics of containers (cAdvisor)", "prometheus-cadvisor"),
        _exporter("haproxy-exporter", "haproxy_exporter", "metrics of HAProxy", "loadbalancer"),
        _exporter("mariadb-exporter", "mysqld_exporter", "metrics of MariaDB", "prometheus-mysqld-exporter"),
        _exporter(
            "memcached-exporter",
            "memcached_exporter",
            "metrics of memcached",
            "prometheus-memcached-exporter",
        ),
        _exporter(
            "openstack-exporter",
            "openstack_exporter",
            "metrics of OpenStack's APIs",
            "loadbalancer",
            "prometheus-openstack-exporter",
        ),
        _exporter(
            "opensearch-exporter",
            "elasticsearch_exporter",
            "metrics of OpenSearch",
            "prometheus-elasticsearch-exporter",
        ),
        _exporter("blackbox-exporter", "blackbox_exporter", "probes", "prometheus-blackbox-exporter"),
        _exporter(
            "libvirt-exporter", "libvirt_exporter", "metrics of servers", "prometheus-libvirt-exporter"
        ),
        _exporter("valkey-exporter", "valkey_exporter", "metrics of Valkey", "prometheus-valkey-exporter"),
        _exporter(
            "ovn-exporter",
            "openstack_network_exporter",
            "metrics of Open vSwitch and OVN",
            "prometheus-openstack-network-exporter",
        ),
        _exporter("fluentd-metrics", "fluentd_integration", "metrics of Fluentd", "fluentd"),
        Port(
            "proxysql-exporter",
            "metrics of ProxySQL",
            ("proxysql_prometheus_exporter_port",),
            ("loadbalancer",),
            when="enable_prometheus_proxysql_exporter",
        ),
        Port(
            "ironic-exporter",
            "metrics of machines",
            ("ironic_prometheus_exporter_port",),
            ("ironic-conductor",),
            when="enable_ironic_prometheus_exporter",
        ),
        Port(
            "etcd-metrics",
            "metrics of etcd",
            ("prometheus_etcd_integration_port",),
            ("etcd",),
            ("monitoring",),
            when="enable_prometheus_etcd_integration",
        ),
    )

    enabled: bool = True
    """Whether Prometheus, Alertmanager and the exporters run."""
    scrape_interval: int = Field(default=60, ge=5, le=600)
    """Seconds between two readings."""
    retention: Retention = "15d"
    """How long metrics are kept, such as `15d`."""
    retention_size: MetricsSize | None = None
    """How much of the disk they may use, such as `100GB`; none: whatever accumulates in that time."""
    arguments: tuple[Line, ...] = ()
    """Further arguments of Prometheus's command line, each with its `--`."""
    alertmanager_outside: bool = False
    """Whether the load balancers have Alertmanager on the external address too; the firewall opens it by a service of yours."""
    ceph: bool = True
    """Reads the metrics of Ceph's managers too, where there is a Ceph."""
    ceph_managers: tuple[Line, ...] = ()
    """Where they are, `ADDRESS:PORT` each; none: on the hosts of Ceph's monitors."""

    def rows(self, cloud: CloudConfig, kolla: KollaSettings) -> Iterator[Row]:
        """How often and how long it looks, and what it looks at besides Kolla's services."""
        at = "kolla.prometheus"
        on = self.enabled or None
        yield "enable_prometheus", self.enabled, f"{at}.enabled"
        # The firewall opens no port for it outside, so Kolla-Ansible's probe there would fail for ever.
        outside = on and self.alertmanager_outside
        yield "enable_prometheus_alertmanager_external", outside, f"{at}.alertmanagerOutside"
        yield "prometheus_scrape_interval", on and f"{self.scrape_interval}s", f"{at}.scrapeInterval"
        arguments = [f"--storage.tsdb.retention.time={self.retention}"]
        if self.retention_size:
            arguments.append(f"--storage.tsdb.retention.size={self.retention_size}")
        line = " ".join((*arguments, *self.arguments))
        yield "prometheus_cmdline_extras", on and line, f"{at}.arguments"
        if cloud.observability is not None:
            # Alerts of one host have its name, whatever exporter they come from: a host that is down silences them.
            yield "prometheus_instance_label", on and "{{ inventory_hostname }}", "observability"
        managers = list(self.ceph_managers) or _managers(cloud)
        ceph = (on and self.ceph and bool(managers)) or None
        yield "enable_prometheus_ceph_mgr_exporter", ceph, f"{at}.ceph"
        yield "prometheus_ceph_mgr_exporter_endpoints", managers if ceph else None, f"{at}.cephManagers"

    def problems(self, cloud: CloudConfig, kolla: KollaSettings) -> Iterator[Problem]:
        """It has a host, and its command line each argument once."""
        if self.enabled:
            yield from needs_monitoring(cloud, ("kolla", "prometheus", "enabled"))
        for at, manager in enumerate(self.ceph_managers):
            if not _ENDPOINT.fullmatch(manager):
                where: Loc = ("kolla", "prometheus", "cephManagers", at)
                yield Problem(
                    where, "is not `ADDRESS:PORT`", f"write such as `10.0.0.1:{MGR_METRICS_PORT}`", manager
                )
        for at, argument in enumerate(self.arguments):
            here: Loc = ("kolla", "prometheus", "arguments", at)
            if not argument.startswith("--") or " " in argument:
                yield Problem(here, "is not one argument", "write each as `--NAME=VALUE`", argument)
            elif argument.startswith("--storage.tsdb.retention."):
                yield Problem(here, "has a field", "use `retention` or `retentionSize`", argument)


def _managers(cloud: CloudConfig) -> list[str]:
    """Where Ceph's managers report their metrics; of a cluster deployed here they are on the monitors' hosts."""
    ceph = cloud.ceph
    if ceph is None or not ceph.prometheus:
        return []
    if ceph.external is not None:
        return [f"{address}:{MGR_METRICS_PORT}" for address in ceph.external.mon_hosts]
    hosts = (cloud.hosts[name] for name in placement(cloud, ceph).mons)
    return [
        f"{host.addresses['management']}:{MGR_METRICS_PORT}"
        for host in hosts
        if "management" in host.addresses
    ]
