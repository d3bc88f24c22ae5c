"""What Kolla-Ansible's Prometheus and Alertmanager are given. Pure, but for reading secrets from where they are named."""

from __future__ import annotations

from components.observability.alertmanager import alertmanager_yaml, secrets
from components.observability.rules import RUNBOOKS, rule_file
from config.cloud import CloudConfig
from config.kolla.values import values
from config.observability import RULES

ALERTMANAGER = "prometheus/prometheus-alertmanager.yml"
"""Path of its configuration below `config/`."""

WHEN: dict[str, str] = {
    "host": "enable_prometheus_node_exporter",
    "disk": "enable_prometheus_node_exporter",
    "monitoring": "enable_prometheus",
    "containers": "enable_prometheus_cadvisor",
    "ceph": "enable_prometheus_ceph_mgr_exporter",
    "galera": "enable_prometheus_mysqld_exporter",
    "rabbitmq": "enable_prometheus_rabbitmq_exporter",
    "memcached": "enable_prometheus_memcached_exporter",
    "haproxy": "enable_prometheus_haproxy_exporter",
    "apis": "enable_prometheus_blackbox_exporter",
    "certificates": "enable_prometheus_blackbox_exporter",
    "agents": "enable_prometheus_openstack_exporter",
    "capacity": "enable_prometheus_openstack_exporter",
    "octavia": "enable_prometheus_openstack_exporter and enable_octavia",
    "ovn": "enable_prometheus_openstack_network_exporter and neutron_plugin_agent == 'ovn'",
}
"""The options that switch on what tells an area's metrics: without, its rules would only seem to watch."""


def alert_files(cloud: CloudConfig) -> dict[str, str]:
    """Text by path below `config/`; nothing where there is no `observability`, or no Prometheus.

    Raises:
        ValueError: an option that switches an exporter cannot be evaluated; says which.
    """
    own = cloud.observability
    if own is None or cloud.kolla is None:
        return {}
    known = values(cloud)
    if not known.on("enable_prometheus_alertmanager"):
        return {}
    base = own.runbooks or RUNBOOKS
    rules = {RULES.format(area=area): rule_file(area, base) for area, on in WHEN.items() if known.on(on)}
    return {ALERTMANAGER: alertmanager_yaml(own), **rules}


def alert_secrets(cloud: CloudConfig) -> dict[str, str]:
    """Secrets that these files name, for passwords.yml.

    Raises:
        ValueError: one cannot be read; says which.
    """
    if cloud.observability is None:
        return {}
    return {
        name: source.read(where).strip() for name, (where, source) in secrets(cloud.observability).items()
    }
