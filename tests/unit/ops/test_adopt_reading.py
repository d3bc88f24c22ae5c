"""`make adopt`: inventories in their forms, and facts."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from config.kolla.hosts import TOP
from ops.adopt.inventory import read_inventory
from tests.unit.ops import adopt_folders as folders
from tests.unit.ops.adopting import loaded, run


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "Pulumi.mine.yaml"


def test_facts_of_ansible_say_subnets_and_addresses(
    file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = folders.kolla_ansible(tmp_path / "kolla")
    devices = {"bond0_20": ("10.20.0", "255.255.255.0"), "bond0_30": ("192.0.2", "255.255.255.128")}
    for at, host in enumerate(("ctl01", "ctl02", "ctl03"), start=11):
        facts: dict[str, Any] = {
            f"ansible_{device}": {"ipv4": {"address": f"{net}.{at}", "netmask": mask}}
            for device, (net, mask) in devices.items()
        }
        facts["ansible_default_ipv4"] = {"address": f"10.20.0.{at}", "gateway": "10.20.0.1"}
        folders.put(tmp_path / "facts", {host: json.dumps(facts)})
    given = {
        "hosts": {
            "deploy": {"addresses": {"management": "10.20.0.5"}},
            "ctl02": {"addresses": {"public": "192.0.2.99"}},
        }
    }
    assert run(file, folder, given, "--facts", str(tmp_path / "facts")) == 0
    assert "To be added" in capsys.readouterr().out  # the certificate's VIP is outside of that subnet
    networks = yaml.safe_load(file.read_text())["config"]["cloud:networks"]
    assert (networks["management"]["cidr"], networks["management"]["gateway"]) == (
        "10.20.0.0/24",
        "10.20.0.1",
    )
    assert networks["public"]["cidr"] == "192.0.2.0/25"
    hosts = yaml.safe_load(file.read_text())["config"]["cloud:hosts"]
    assert [hosts[host]["addresses"]["public"] for host in ("ctl01", "ctl02", "ctl03")] == [
        "192.0.2.11", "192.0.2.99", "192.0.2.13",
    ]  # fmt: skip


def test_the_same_inventory_in_ini_and_yaml_is_the_same(tmp_path: Path) -> None:
    ini = folders.put(
        tmp_path / "ini",
        {
            "hosts": "[a]\nn[01:02] x=1 y='two words'\n[b:children]\na\n[b:vars]\nx=outer\nz=outer\n[all:vars]\nz=all\nw=all\n",
            "group_vars/all.yml": "w: file\n",
            "host_vars/n02/main.yml": "x: 5\n",
        },
    )
    a = "a: {hosts: {'n[01:02]': {x: 1, y: two words}}}"
    said = f"all: {{vars: {{z: all, w: all}}, children: {{b: {{vars: {{x: outer, z: outer}}, children: {{{a}}}}}}}}}"
    other = folders.put(
        tmp_path / "yaml", {"site.yml": said, "group_vars/all": "w: file\n", "host_vars/n02.yaml": "x: 5\n"}
    )
    for found in (read_inventory(ini), read_inventory(other)):
        assert found.hosts("b") == ("n01", "n02")
        assert found.variables("n01") == {"w": "file", "z": "outer", "x": 1, "y": "two words"}
        assert found.variables("n02") == {"w": "file", "z": "outer", "x": 5, "y": "two words"}


def test_all_in_one_is_the_deploy_host_itself(file: Path, tmp_path: Path) -> None:
    local = ["localhost ansible_connection=local"]
    folder = folders.put(
        tmp_path / "kolla",
        {
            "globals.yml": "openstack_release: '2025.1'\nkolla_internal_vip_address: 10.20.0.250\nnetwork_interface: eno1\n",
            "passwords.yml": folders.passwords(),
            "all-in-one": folders.multinode(folders.SERIES, dict.fromkeys(TOP, local)),
        },
    )
    given = {
        "hosts": {"deploy": {"addresses": {"management": "10.20.0.5"}}},
        "networks": {"management": {"cidr": "10.20.0.0/24"}},
    }
    assert run(file, folder, given) == 0
    assert {name: set(host.roles) for name, host in loaded(file).hosts.items()} == {
        "deploy": {*TOP, "deploy"}
    }
