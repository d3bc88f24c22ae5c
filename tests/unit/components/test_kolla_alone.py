"""Each service, switched on alone, in every release: what it opens is its own."""

from __future__ import annotations

import pytest

from config.firewall.table import openings
from config.kolla.catalogue import SERVICES, services
from config.kolla.service import Service
from config.release_map import host_systems, known
from config.release_map.inventory import plays
from config.release_map.options import options
from tests.unit.components.support import Raw, cloud

# What only a field can say, or what needs another service; all others by `enable_…` in `globals`.
_BY_FIELD: dict[str, Raw] = {
    "barbican": {"barbican": {"enabled": True}},
    "ceilometer": {"gnocchi": {"enabled": True}},
    "ceph-rgw": {"objectStore": {"enabled": True}},
    "designate": {"designate": {"enabled": True}, "neutron": {"dnsDomain": "example.org."}},
    "gnocchi": {"gnocchi": {"enabled": True, "ceilometer": False}},
    "grafana": {"grafana": {"enabled": True}},
    "hacluster": {"masakari": {"enabled": True}},
    "cinder": {"cinder": {"enabled": True, "backup": "off"}},
    "iscsi": {"cinder": {"enabled": True, "backends": ["lvm"], "backup": "off"}},
    "letsencrypt": {
        "externalFqdn": "api.example.org",
        "internalFqdn": "internal.example.org",
        "tls": {
            "source": "acme",
            "acme": {"email": "a@example.org"},
            "internalCertificate": {"file": "internal.pem"},
        },
    },
    "manila": {"manila": {"enabled": True}},
    "masakari": {"masakari": {"enabled": True}},
    "opensearch": {"logging": {"central": True}},
    "prometheus": {"prometheus": {"enabled": True}},
    "valkey": {"coordination": {"backend": "valkey"}},
    "redis": {"coordination": {"backend": "redis"}},
    "ironic": {
        "globals": {
            "enable_ironic": True,
            "ironic_dnsmasq_dhcp_ranges": [{"range": "10.10.10.100,10.10.10.110"}],
        }
    },
    "zun": {"globals": {"enable_zun": True, "enable_kuryr": True}},
}


def _opening(change: Raw | None, series: str) -> tuple[dict[str, set[str]], set[str]]:
    """Ports by label, and the names of the services that run."""

    def apply(raw: Raw) -> None:
        raw["releases"] |= {"openstack": series, "hostOs": host_systems()[series][-1]}
        raw["kolla"] |= {"globals": {}, "images": {"registry": "registry.example.org"}}
        raw["kolla"] |= {
            "coordination": {"backend": "etcd"},
            "passwords": None,
            "tls": {"external": False, "internal": False},
        }
        raw["kolla"]["cinder"] = {"enabled": False}
        for name, value in (change or {}).items():
            own = raw["kolla"].get(name)
            raw["kolla"][name] = {**own, **value} if isinstance(own, dict) else value

        if series >= "2024.2" and raw["kolla"]["cinder"]["enabled"]:
            raw["kolla"]["cinder"]["clusterName"] = "cinder"

    config = cloud("lab", apply, secrets=False)
    found: dict[str, set[str]] = {}
    for one in openings(config):
        found.setdefault(one.label, set()).update(one.ports)
    return found, set(services(config))


def _has(service: type[Service], series: str) -> bool:
    return any(play.role in (*service.roles, service.name) for play in plays(series))


@pytest.mark.parametrize("series", known())
@pytest.mark.parametrize("service", SERVICES, ids=lambda service: service.name)
def test_each_service_alone_opens_its_own_ports_and_no_others(service: type[Service], series: str) -> None:
    before, ran = _opening(None, series)
    if service.name in ran or not _has(service, series):
        return
    change = _BY_FIELD.get(service.name) or {"globals": {service.runs: True}}
    after, runs = _opening(change, series)
    assert service.name in runs
    new = {port.label for one in SERVICES if one.name in runs - ran for port in one.ports}
    changed = {label for label in after if after[label] != before.get(label)}
    assert changed <= new
    assert {port.label for port in service.ports if not port.when} <= changed | set(before)
    for port in service.ports:
        if port.when or port.label not in after:
            continue
        for name in port.options:
            if name in options(series) and options(series)[name].default.isdigit():
                assert options(series)[name].default in after[port.label], name
