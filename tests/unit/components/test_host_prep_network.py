"""The network of every host's plan: one way in, one default route, the right frames."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from components.host_prep.plan import HostPlan
from config.kolla.hosts import hosts_of
from tests.unit.components.host_plans import every, plans
from tests.unit.components.support import STACKS, cloud
from tests.unit.programs import HostPrograms


def networks(plan: HostPlan) -> Any:
    return yaml.safe_load(plan.network["netplan"]["content"])["network"]


@pytest.mark.parametrize("plan", every())
def test_netplan_accepts_the_network(plan: HostPlan, tmp_path: Path, host_programs: HostPrograms) -> None:
    file = tmp_path / "etc/netplan/60-cloud.yaml"
    file.parent.mkdir(parents=True)
    file.write_text(plan.network["netplan"]["content"])
    file.chmod(0o600)
    done = host_programs.run("netplan", "generate", "--root-dir", ".", files=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert list(tmp_path.glob("run/systemd/network/*.network"))


@pytest.mark.parametrize("stack", STACKS)
def test_every_host_keeps_its_management_address_and_one_default_route(stack: str) -> None:
    config = cloud(stack)
    for name, plan in plans(stack).items():
        devices = {
            device: settings
            for section in ("ethernets", "bonds", "vlans")
            for device, settings in networks(plan).get(section, {}).items()
        }
        management = devices[config.networks.management.device()]
        assert management["addresses"] == [f"{config.hosts[name].addresses['management']}/24"]
        defaults = [
            route
            for settings in devices.values()
            for route in settings.get("routes", ())
            if route["to"] == "default"
        ]
        assert len(defaults) == 1
        # netplan never goes back to 1500 by itself (networkd keeps the last one).
        assert all("mtu" in settings for settings in devices.values())


def test_a_bond_carries_the_largest_frame_of_its_networks() -> None:
    network = networks(plans("prod")["cmp01"])
    assert network["bonds"]["bond0"]["mtu"] == network["ethernets"]["eno1"]["mtu"] == 9000
    assert network["vlans"]["bond0.10"]["mtu"] == 1500
    assert network["bonds"]["bond0"]["parameters"] == {
        "mode": "802.3ad",
        "mii-monitor-interval": 100,
        "lacp-rate": "fast",
        "transmit-hash-policy": "layer3+4",
    }


@pytest.mark.parametrize("stack", STACKS)
def test_a_network_change_never_drops_keepaliveds_addresses(stack: str) -> None:
    config = cloud(stack)
    shared = {network.device() for network in config.networks.defined().values() if network.vip}
    assert shared
    for name, plan in plans(stack).items():
        kept = {
            device
            for section in ("ethernets", "bonds", "vlans")
            for device, settings in networks(plan).get(section, {}).items()
            if settings.get("critical")
        }
        balances = name in hosts_of(config, "loadbalancer")
        assert kept == (shared if balances else set()), name


def test_networkd_is_told_to_keep_what_it_did_not_set(tmp_path: Path, host_programs: HostPrograms) -> None:
    file = tmp_path / "etc/netplan/60-cloud.yaml"
    file.parent.mkdir(parents=True)
    file.write_text(plans("prod")["ctl01"].network["netplan"]["content"])
    file.chmod(0o600)
    assert host_programs.run("netplan", "generate", "--root-dir", ".", files=tmp_path).returncode == 0
    for network in cloud("prod").networks.defined().values():
        if network.vip:
            text = (tmp_path / f"run/systemd/network/10-netplan-{network.device()}.network").read_text()
            assert {"CriticalConnection=true", "KeepConfiguration=true"} & set(text.splitlines())


def test_provider_interface_is_up_without_an_address() -> None:
    eth1 = networks(plans("prod")["net01"])["ethernets"]["eth1"]
    assert "addresses" not in eth1
    assert (eth1["dhcp4"], eth1["link-local"]) == (False, [])
    assert "eth1" not in networks(plans("prod")["ctl01"])["ethernets"]
