"""Which services run, in the order in which Kolla-Ansible deploys them, and the tags that select each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from config.kolla.variables import effective, truth

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
_TAGS = {"ovn": ("ovn",), "loadbalancer": ("loadbalancer",), "common": ("common",)}


def services(cloud: CloudConfig) -> tuple[str, ...]:
    """The services that run, in the order of their deployment; none without `kolla`."""
    if cloud.kolla is None:
        return ()
    values = effective(cloud)
    return tuple(service for service in _ORDER if _runs(service, values))


def tags_of(service: str, series: str) -> tuple[str, ...]:
    """The tags that select a service's plays (`kolla-ansible deploy --tags …`).

    The common containers became three plays in 2026.1, two of them with tags of their own.
    """
    if service == "common" and series >= "2026.1":
        return ("common", "cron", "fluentd", "kolla_toolbox")
    if service == "common" and series == "2025.2":
        return ("common", "cron", "fluentd")
    return _TAGS.get(service, (service,))


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
