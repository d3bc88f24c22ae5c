"""Which services run, in the order in which Kolla-Ansible deploys them, and the tags that select each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from config.kolla.variables import effective, truth
from config.release_map.inventory import plays

if TYPE_CHECKING:
    from config.cloud import CloudConfig

_ALWAYS = ("common", "loadbalancer", "mariadb", "memcached", "rabbitmq", "keystone")
_ORDER = (
    "common", "loadbalancer", "letsencrypt", "collectd", "redis", "valkey", "mariadb", "memcached", "prometheus",
    "iscsi", "multipathd", "rabbitmq", "etcd", "keystone", "opensearch", "ceph-rgw", "glance", "ironic", "cinder",
    "placement", "openvswitch", "ovn", "nova", "neutron", "hacluster", "heat", "horizon", "magnum", "mistral",
    "manila", "gnocchi", "ceilometer", "aodh", "barbican", "cyborg", "designate", "trove", "watcher", "grafana",
    "cloudkitty", "tacker", "octavia", "zun", "blazar", "masakari", "venus", "skyline", "influxdb", "telegraf",
    "swift", "kuryr",
)  # fmt: skip
_ON_BY_DEFAULT = {*_ALWAYS, "glance", "placement", "openvswitch", "nova", "neutron", "heat", "horizon"}
_OPTIONS = {"loadbalancer": "enable_haproxy", "iscsi": "enable_iscsid", "ceph-rgw": "enable_ceph_rgw"}
_ROLES = {
    "common": ("common", "logs", "kolla_toolbox", "cron", "fluentd"),
    "ovn": ("ovn-controller", "ovn-db"),
    "nova": ("nova", "nova-cell"),
}
"""Services that several of Kolla-Ansible's roles make up; which of them there are depends on the release."""


def services(cloud: CloudConfig) -> tuple[str, ...]:
    """The services that run, in the order of their deployment; none without `kolla`."""
    if cloud.kolla is None:
        return ()
    values = effective(cloud)
    return tuple(service for service in _ORDER if _runs(service, values))


def tags_of(service: str, series: str) -> tuple[str, ...]:
    """The fewest tags that select all plays of a service (`kolla-ansible deploy --tags …`)."""
    roles = _ROLES.get(service, (service,))
    tags = [service if service in play.tags else play.role for play in plays(series) if play.role in roles]
    return tuple(dict.fromkeys(tags)) or (service,)


def _runs(service: str, values: dict[str, Any]) -> bool:
    option = _OPTIONS.get(service, f"enable_{service.replace('-', '_')}")
    if option in values:
        return truth(values[option])
    implied = {
        "opensearch": truth(values.get("enable_central_logging", False)),
        "iscsi": truth(values.get("enable_cinder_backend_lvm", False)),
        "ovn": values.get("neutron_plugin_agent") == "ovn" and truth(values.get("enable_neutron", True)),
        "openvswitch": values.get("neutron_plugin_agent") in ("ovn", "openvswitch"),
        "hacluster": truth(values.get("enable_masakari", False)),
        "placement": truth(values.get("enable_nova", True)),
    }
    return implied.get(service, service in _ON_BY_DEFAULT)
