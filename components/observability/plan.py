"""What Kolla-Ansible's Prometheus, Alertmanager and Grafana are given. Pure, but for reading secrets from where they are named."""

from __future__ import annotations

from components.observability.alertmanager import alertmanager_yaml, secrets
from components.observability.dashboards import dashboard_json, dashboards
from components.observability.jobs import jobs
from components.observability.renewed import recorded
from components.observability.rules import RUNBOOKS, rule_file
from components.observability.scrape import scrape_files
from config.cloud import CloudConfig
from config.kolla.services.grafana import CLIENT_SECRET, DASHBOARD
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
    made_here = {"certificates": recorded(cloud)}
    rules = {
        RULES.format(area=area): rule_file(area, base, made_here.get(area, ()))
        for area, job in AREAS.items()
        if job in running and known.on(ALSO.get(area, "true"))
    }
    return {ALERTMANAGER: alertmanager_yaml(own), **rules, **scrape_files(cloud)}


def grafana_files(cloud: CloudConfig) -> dict[str, str]:
    """Dashboards by path below `config/`; nothing where there is no Grafana, or no Prometheus.

    Raises:
        ValueError: an option that switches an exporter cannot be evaluated; says which.
    """
    if cloud.kolla is None or not cloud.kolla.grafana.shows(cloud.kolla):
        return {}
    running = jobs(cloud)
    made = {DASHBOARD.format(name=name): dashboard_json(name, running) for name in dashboards()}
    return {path: text for path, text in made.items() if text is not None}


def secrets_of(cloud: CloudConfig) -> dict[str, str]:
    """Secrets that these files name, for passwords.yml.

    Raises:
        ValueError: one cannot be read; says which.
    """
    sources = secrets(cloud.observability) if cloud.observability is not None else {}
    login = cloud.kolla.grafana.login if cloud.kolla is not None else None
    if login is not None:
        sources[CLIENT_SECRET] = ("kolla.grafana.login.clientSecret", login.client_secret)
    return {name: source.read(where).strip() for name, (where, source) in sources.items()}
