"""What Kolla-Ansible is given: for each release just its groups and options, the same text for the same cloud."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml

from components.kolla_cluster.plan import KollaPlan, plan_kolla
from config.release_map import known
from config.release_map.inventory import groups, plays
from config.release_map.options import options, problems
from tests.unit.components.support import STACKS, Raw, cloud

SERIES = tuple(known())


def of(series: str, change: Any = None) -> KollaPlan:
    def raw(fields: Raw) -> None:
        fields["releases"] = {"openstack": series, "hostOs": "ubuntu-24.04"}
        if series < "2025.1":
            fields["kolla"]["coordination"] = {"backend": "redis"}
        if series < "2024.2":
            del fields["kolla"]["cinder"]["clusterName"]
        fields["kolla"].pop("passwords")
        fields["kolla"]["passwords"] = {"secret": "<sealed>"}
        if change:
            change(fields)

    return plan_kolla(cloud("prod", raw))


def sections(inventory: str) -> dict[str, list[str]]:
    """Lines by the header of their section."""
    found: dict[str, list[str]] = {}
    here: list[str] = []
    for line in inventory.splitlines():
        if header := re.fullmatch(r"\[(.+)\]", line):
            assert header[1] not in found, f"{header[1]} twice"
            here = found.setdefault(header[1], [])
        elif line and not line.startswith("#"):
            here.append(line)
    return found


@pytest.mark.parametrize("series", SERIES)
def test_the_inventory_has_the_groups_of_the_release_and_no_other(series: str) -> None:
    names = {name.removesuffix(":children") for name in sections(of(series).inventory)} - {"all:vars"}
    assert names == set(groups(series))


@pytest.mark.parametrize("series", SERIES)
def test_every_child_is_a_group_and_every_group_of_hosts_has_its_hosts(series: str) -> None:
    found = sections(of(series).inventory)
    for name, lines in found.items():
        if name.endswith(":children"):
            assert set(lines) <= set(groups(series)), name
    assert [line.split()[0] for line in found["control"]] == ["ctl01", "ctl02", "ctl03"]
    assert [line.split()[0] for line in found["compute"]] == ["cmp01", "cmp02"]
    assert "cmp03" not in of(series).inventory


@pytest.mark.parametrize("series", SERIES)
def test_the_load_balancer_is_where_the_vips_are(series: str) -> None:
    assert sections(of(series).inventory)["loadbalancer:children"] == ["control"]


@pytest.mark.parametrize("series", SERIES)
def test_storage_hosts_run_ceph_alone(series: str) -> None:
    found = sections(of(series).inventory)
    assert found["cinder-volume:children"] == found["cinder-backup:children"] == ["cinder"]
    assert found["cinder:children"] == ["control"]


@pytest.mark.parametrize("series", SERIES)
def test_every_option_is_one_that_the_release_has(series: str) -> None:
    plan = of(series)
    assert not set(plan.globals) - set(options(series))
    assert problems(series, plan.globals, "globals.yml") == []


@pytest.mark.parametrize("series", SERIES)
def test_globals_yml_says_what_the_plan_says(series: str) -> None:
    plan = of(series)
    assert yaml.safe_load(plan.globals_yaml) == plan.globals
    assert plan.globals["openstack_release"] == series


@pytest.mark.parametrize("stack", STACKS)
def test_the_same_cloud_gives_the_same_plan(stack: str) -> None:
    assert plan_kolla(cloud(stack)) == plan_kolla(cloud(stack))


@pytest.mark.parametrize("stack", STACKS)
def test_no_password_is_in_a_file_that_all_may_read(stack: str) -> None:
    for name, text in plan_kolla(cloud(stack)).files().items():
        assert "canary-" not in text, name
        assert "PRIVATE KEY" not in text, name


def test_volumes_in_lvm_are_on_the_storage_hosts() -> None:
    def lvm(fields: Raw) -> None:
        fields["kolla"]["cinder"] = {"backends": ["lvm"], "backup": "off", "clusterName": "cinder"}

    assert sections(of("2025.1", lvm).inventory)["cinder-volume:children"] == ["storage"]
    assert sections(of("2026.1", lvm).inventory)["cinder-volume-lvm:children"] == ["storage"]


def test_truth_values_in_words_become_truth_values() -> None:
    plan = of("2025.1", lambda fields: fields["kolla"].update({"globals": {"enable_aodh": "yes"}}))
    assert plan.globals["enable_aodh"] is True
    assert "enable_aodh: true" in plan.globals_yaml
    assert "aodh" in plan.services


def test_an_option_that_one_host_has_otherwise_is_on_every_hosts_line_and_not_in_globals() -> None:
    def change(fields: Raw) -> None:
        fields["kolla"]["hostVars"] = {"cmp02": {"neutron_external_interface": "ens1f0"}}

    plain, plan = of("2025.1"), of("2025.1", change)
    found = sections(plan.inventory)
    common = f"neutron_external_interface={plain.globals['neutron_external_interface']}"
    assert found["compute"] == [
        f"cmp01 ansible_host=10.10.10.31 {common}",
        "cmp02 ansible_host=10.10.10.32 neutron_external_interface=ens1f0",
    ]
    assert found["control"][0] == f"ctl01 ansible_host=10.10.10.11 {common}"
    assert found["deployment"][0].endswith(common)
    assert "neutron_external_interface" not in yaml.safe_load(plan.globals_yaml)
    assert plan.globals == plain.globals


def test_what_follows_an_option_by_default_follows_it_on_the_host_too() -> None:
    def change(fields: Raw) -> None:
        fields["kolla"]["hostVars"] = {"cmp02": {"network_interface": "eno1"}}

    plan = of("2025.1", change)
    line = sections(plan.inventory)["compute"][1].split()
    assert {"network_interface=eno1", "api_interface=eno1"} <= set(line)
    assert not {"tunnel_interface=eno1", "kolla_external_vip_interface=eno1"} & set(line)
    assert not {"network_interface", "api_interface"} & set(yaml.safe_load(plan.globals_yaml))


def test_an_option_that_only_one_host_has_is_on_its_line_alone() -> None:
    def change(fields: Raw) -> None:
        fields["kolla"]["hostVars"] = {"cmp02": {"migration_interface": "bond0"}}

    plan = of("2025.1", change)
    assert plan.inventory.count("migration_interface") == 1
    assert plan.globals_yaml == of("2025.1").globals_yaml


def test_kolla_runs_in_the_name_of_its_user_with_the_hosts_own_python() -> None:
    found = sections(of("2025.1").inventory)
    assert found["all:vars"] == [
        "ansible_user=kolla",
        "ansible_python_interpreter=/opt/kolla-venv/bin/python",
    ]
    assert found["deployment"] == [
        'localhost ansible_connection=local ansible_python_interpreter="{{ ansible_playbook_python }}"'
    ]


def test_services_are_those_that_run_in_the_order_of_their_deployment() -> None:
    services = of("2025.1").services
    assert services[:2] == ("common", "loadbalancer")
    assert services.index("mariadb") < services.index("keystone") < services.index("nova")
    assert {"ovn", "valkey", "octavia", "ceph-rgw"} <= set(services)
    assert not {"redis", "etcd", "designate", "opensearch"} & set(services)


@pytest.mark.parametrize(
    ("series", "tags"),
    [
        ("2025.1", ("common",)),
        ("2025.2", ("common", "cron", "fluentd")),
        ("2026.1", ("common", "cron", "fluentd")),
    ],
)
def test_the_common_containers_have_the_tags_of_the_release(series: str, tags: tuple[str, ...]) -> None:
    assert of(series).tags_of("common") == tags
    assert of(series).tags_of("nova") == ("nova",)


@pytest.mark.parametrize("series", SERIES)
def test_every_tag_selects_a_play(series: str) -> None:
    plan = of(series)
    apart = {"mariadb", "rabbitmq"}  # playbooks of their own
    known = {tag for play in plays(series) for tag in play.tags} | apart
    assert {tag for service in plan.services for tag in plan.tags_of(service)} <= known


def test_texts_that_fields_make_stand_beside_those_of_the_site() -> None:
    text = "[DEFAULT]\ndebug = True"
    plan = of("2025.1", lambda fields: fields["kolla"].update({"overrides": {"nova.conf": text}}))
    assert plan.overrides["nova.conf"] == f"{text}\n"
    assert plan.overrides["octavia/octavia-api.conf"].endswith("default_provider_driver = ovn\n")
    assert plan.files()["config/nova.conf"] == f"{text}\n"


def test_host_keys_are_checked_and_ssh_is_kept_open() -> None:
    text = of("2025.1").ansible_cfg
    for wanted in ("host_key_checking = True", "forks = 50", "pipelining = True", "/opt/kolla-run/callback"):
        assert wanted in text


def test_a_stack_that_prepares_hosts_only_has_no_plan() -> None:
    with pytest.raises(ValueError, match="cloud:kolla: is missing"):
        plan_kolla(cloud("prod", lambda fields: fields.pop("kolla")))


@pytest.mark.parametrize(("series", "there"), [("2025.2", False), ("2026.1", True)])
def test_acknowledged_commits_survive_a_crash_of_all_where_upstream_gives_them_up(
    series: str, there: bool
) -> None:
    assert ("innodb_flush_log_at_trx_commit = 1" in of(series).overrides.get("galera.cnf", "")) is there


@pytest.mark.parametrize("series", SERIES)
def test_a_database_without_proxysql_is_behind_the_virtual_address_all_the_same(series: str) -> None:
    """Until 2025.2 HAProxy's own listener for the cluster does it; 2026.1 has only one for other people's."""

    def without(fields: Raw) -> None:
        fields["kolla"]["database"] = {"proxysql": False}

    written = of(series, without).globals
    assert written["enable_proxysql"] is False
    members = str(written.get("external_haproxy_members", "")).split(";")
    if series < "2026.1":
        assert members == [""]
        return
    assert written["enable_external_mariadb_load_balancer"] is True
    assert [member.split()[:3] for member in members] == [
        ["server", f"ctl0{number}", f"10.10.10.1{number}:{{{{"] for number in (1, 2, 3)
    ]
    assert [member.endswith(" backup") for member in members] == [False, True, True]
