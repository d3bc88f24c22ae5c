"""What Kolla-Ansible's Prometheus and Alertmanager are given. Pure, but for reading secrets from where they are named."""

from __future__ import annotations

from components.observability.alertmanager import alertmanager_yaml, secrets
from components.observability.jobs import jobs
from components.observability.rules import RUNBOOKS, rule_file
from components.observability.scrape import scrape_files
from config.cloud import CloudConfig
from config.kolla.values import values
from config.observability import ALERTMANAGER, RULES

AREAS: dict[str, str] = {
    "host": "node",
    "disk": "node",
    "monitoring": "prometheus",
    "containers": "cadvisor",
    "ceph": "ceph_mgr_exporter",
    "galera": "mysqld",
    "rabbitmq": "rabbitmq",
    "memcached": "memcached",
    "haproxy": "haproxy",
    "apis": "blackbox_exporter",
    "certificates": "blackbox_exporter",
    "agents": "openstack_exporter",
    "capacity": "openstack_exporter",
    "octavia": "openstack_exporter",
    "ovn": "network_exporter",
    "vault": "vault",
}
"""The job that an area's metrics come from: without it, its rules would only seem to watch."""
ALSO: dict[str, str] = {"octavia": "enable_octavia", "ovn": "neutron_plugin_agent == 'ovn'"}
"""What has to hold besides, by area."""


def prometheus_files(cloud: CloudConfig) -> dict[str, str]:
    """Text by path below `config/`; nothing where there is no `observability`, or no Prometheus.

    Raises:
        ValueError: an option that switches an exporter cannot be evaluated, or a file cannot be read; says which.
    """
    own = cloud.observability
    if own is None or cloud.kolla is None:
        return {}
    known, running = values(cloud), jobs(cloud)
    if not known.on("enable_prometheus_alertmanager"):
        return {}
    base = own.runbooks or RUNBOOKS
    rules = {
        RULES.format(area=area): rule_file(area, base)
        for area, job in AREAS.items()
        if job in running and known.on(ALSO.get(area, "true"))
    }
    return {ALERTMANAGER: alertmanager_yaml(own), **rules, **scrape_files(cloud)}


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
