"""A service that runs opens its own ports and no others; one that is off opens none; every release's ports are known."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from config.firewall.table import openings
from config.kolla import KollaSettings
from config.kolla.catalogue import SERVICES, services
from config.kolla.service import Service
from config.kolla.values import UndefinedValueError, Values
from config.release_map import known
from config.release_map.inventory import groups
from config.release_map.options import options
from config.stack_file.yaml_file import read_yaml
from tests.unit.components.support import Raw, cloud

CASES: dict[str, dict[str, Any]] = read_yaml(Path(__file__).with_name("kolla_ports.yaml")).value

NOT_OPENED = {
    "of the host itself, never asked over a network": (
        *("fluentd_syslog_port", "syslog_udp_port", "ovsdb_port", "kuryr_port", "zun_cni_daemon_port"),
        *("glance_tls_proxy_stats_port", "neutron_tls_proxy_stats_port", "keystone_wsgi_socket_port"),
        *("service_uwsgi_config_socket_port", "proxysql_admin_port"),
    ),
    "of somebody else's machine": (
        *("lightos_api_port", "lightbits_api_port", "vmware_dvs_host_port", "octavia_amp_listen_port"),
        "ceilometer_prometheus_pushgateway_port",
    ),
    "another option's value, for clients": (
        *("nova_cell_database_port", "nova_cell_rpc_port", "nova_cell_notify_port", "om_rpc_port"),
        *(
            "om_notify_port",
            "elasticsearch_port",
            "prometheus_rabbitmq_exporter_port",
            "ovn_sb_db_relay_port",
        ),
    ),
    "closed to users on purpose, though Kolla-Ansible would show it outside": (
        *("grafana_server_public_port", "prometheus_public_port", "prometheus_alertmanager_public_port"),
    ),
    "a name of a loop or a misspelling, which nothing listens on": (
        *("custom_serivce_port", "haproxy_external_single_frontend_public_port"),
    ),
}
"""Options named like ports that no service declares, with the reason."""


def lines(stack: str, kolla: Raw | None = None, release: str | None = None) -> set[str]:
    def change(raw: Raw) -> None:
        if release:
            raw["releases"]["openstack"] = release
        for name, value in (kolla or {}).items():
            own = raw["kolla"].get(name)
            raw["kolla"][name] = {**own, **value} if isinstance(own, dict) else value

    return {
        f"{one.protocol} {port} {network} {','.join(one.roles)} {','.join(map(str, one.sources))}"
        for one in openings(cloud(stack, change, secrets=False))
        for port in one.ports or ("-",)
        for network in one.networks
    }


def port_options(series: str) -> list[str]:
    return [name for name in options(series) if name.endswith("_port")]


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_a_service_that_is_switched_on_opens_exactly_its_own(case: dict[str, Any]) -> None:
    before, after = lines("lab"), lines("lab", case["kolla"])
    assert after - before == set(case["rows"])
    assert before - after == set(case.get("closed", ()))


@pytest.mark.parametrize("stack", ["prod", "lab"])
def test_nothing_is_open_for_a_service_that_is_off(stack: str) -> None:
    config = cloud(stack)
    on = set(services(config))
    opened = {opening.label for opening in openings(config)}
    mine = {port.label for service in SERVICES if service.name in on for port in service.ports}
    others = {port.label for service in SERVICES if service.name not in on for port in service.ports}
    assert not opened & (others - mine)
    assert len(on) < len(SERVICES)


@pytest.mark.parametrize("series", known())
def test_every_port_of_a_release_is_declared_once_or_says_why_not(series: str) -> None:
    declared = Counter(
        option for service in SERVICES for option in {o for port in service.ports for o in port.moved_by()}
    )
    excepted = {option for names in NOT_OPENED.values() for option in names}
    assert not [name for name in port_options(series) if name not in declared and name not in excepted]
    assert not [name for name in port_options(series) if declared[name] > 1]
    assert not excepted & set(declared)


def test_nothing_is_declared_or_excepted_that_no_release_has() -> None:
    every = {option for series in known() for option in options(series)}
    declared = {option for service in SERVICES for port in service.ports for option in port.moved_by()}
    excepted = {option for names in NOT_OPENED.values() for option in names}
    assert not (declared | excepted) - every
    there = {group for series in known() for group in groups(series)}
    assert not {group for service in SERVICES for port in service.ports for group in port.on} - there


@pytest.mark.parametrize("series", known())
def test_every_default_of_a_release_that_decides_can_be_evaluated(series: str) -> None:
    # These have a field, so the stack file always sets them.
    fields = {
        "kolla_enable_tls_external": True,
        "neutron_plugin_agent": "ovn",
        "octavia_provider_drivers": "",
    }
    values = Values(series, fields)
    found = 0
    for service in SERVICES:
        values.on(service.runs)
        for port in service.ports:
            if port.when:
                values.on(port.when)
            for option in port.options:
                try:
                    found += bool(values.port(option))
                except UndefinedValueError:
                    assert option not in options(series) or not options(series)[option].default
    assert found > 80


@pytest.mark.parametrize("service", SERVICES, ids=lambda service: service.name)
def test_a_service_has_ports_or_says_why_it_has_none(service: type[Service]) -> None:
    assert bool(service.ports) is not bool(service.silent)


def test_every_section_of_a_service_is_in_the_catalogue_once() -> None:
    sections = [
        kind
        for field in KollaSettings.model_fields.values()
        if issubclass(kind := _type(field.annotation), Service)
    ]
    assert not set(sections) - set(SERVICES)
    assert len(set(SERVICES)) == len(SERVICES)
    assert len({service.name for service in SERVICES}) == len(SERVICES)


def _type(annotation: Any) -> type:
    return annotation if isinstance(annotation, type) else object
