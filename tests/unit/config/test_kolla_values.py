"""Options as Kolla-Ansible will see them: the stack file's values over the release's own defaults."""

from __future__ import annotations

from typing import Any

import pytest

from config.kolla.values import UndefinedValueError, UnknownValueError, Values
from config.release_map import known


def made(series: str = "2026.1", **own: Any) -> Values:
    return Values(series, own)


@pytest.mark.parametrize(
    ("own", "expression", "holds"),
    [
        ({}, "enable_aodh", False),
        ({"enable_aodh": "yes"}, "enable_aodh", True),
        ({}, "enable_opensearch", False),
        ({"enable_central_logging": True}, "enable_opensearch", True),
        ({"enable_cloudkitty": True, "cloudkitty_storage_backend": "opensearch"}, "enable_opensearch", True),
        ({"enable_cloudkitty": True, "cloudkitty_storage_backend": "influxdb"}, "enable_opensearch", False),
        ({"enable_central_logging": True, "enable_opensearch": False}, "enable_opensearch", False),
        ({"neutron_plugin_agent": "ovn"}, "enable_ovn", True),
        ({"neutron_plugin_agent": "openvswitch"}, "enable_ovn", False),
        ({"enable_openstack_core": False}, "enable_glance", False),
        ({"enable_aodh": "{{ enable_heat | bool }}"}, "enable_aodh", True),
        ({"enable_aodh": "{{ not enable_heat | bool }}"}, "enable_aodh", False),
        ({"enable_masakari": True}, "enable_hacluster", True),
        ({}, "no_such_option", False),
    ],
)
def test_switches_follow_the_release_s_own_expressions(
    own: dict[str, Any], expression: str, holds: bool
) -> None:
    assert made(**own).on(expression) is holds


@pytest.mark.parametrize(
    ("own", "option", "port"),
    [
        ({}, "glance_api_public_port", "9292"),
        ({"glance_api_port": 19292}, "glance_api_public_port", "19292"),
        ({"glance_api_port": "1{{ aodh_api_port }}"}, "glance_api_listen_port", "18042"),
        (
            {"haproxy_single_external_frontend": True, "kolla_enable_tls_external": False},
            "glance_api_public_port",
            "80",
        ),
        (
            {"haproxy_single_external_frontend": True, "kolla_enable_tls_external": True},
            "aodh_api_public_port",
            "443",
        ),
        ({}, "rabbitmq_port", "5672"),
        ({"rabbitmq_enable_tls": True}, "rabbitmq_port", "5671"),
        ({}, "opensearch_port", "9200"),
        ({}, "nova_libvirt_port", "16509"),
    ],
)
def test_ports_follow_the_options_that_move_them(own: dict[str, Any], option: str, port: str) -> None:
    assert made(**own).port(option) == port


@pytest.mark.parametrize(
    "value",
    [
        "{{ lookup('env', 'PORT') }}",
        "{% if x %}1{% endif %}",
        "{{ aodh_api_port | random }}",
        "{{ broken",
        "{{ a b }}",
        "{{ aodh_api_port }}",
        "0",
        "70000",
        "-5",
        "text",
        "{{ hostvars[inventory_hostname].x }}",
        "{{ 99999 if enable_heat | bool else 1 }}",
        "{{ 1 if 'a' in true else 2 }}",
    ],
)
def test_what_only_ansible_can_evaluate_says_so_and_runs_nothing(value: str) -> None:
    with pytest.raises(UnknownValueError):
        made(aodh_api_port=value).port("aodh_api_port")


def test_an_option_without_a_value_is_told_apart() -> None:
    with pytest.raises(UndefinedValueError):
        made().get("no_such_option")


@pytest.mark.parametrize("series", known())
def test_a_release_s_defaults_run_the_core_and_nothing_else(series: str) -> None:
    """Core services run and the rest does not, by each release's own words."""
    values = made(series)
    assert all(values.on(f"enable_{name}") for name in ("keystone", "glance", "nova", "neutron", "haproxy"))
    assert not any(values.on(f"enable_{name}") for name in ("aodh", "designate", "ironic", "zun", "etcd"))
