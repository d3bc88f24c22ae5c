"""The network of every host's plan: one way in, one default route, the right frames."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from components.host_prep.plan import HostPlan
from config.kolla.hosts import hosts_of
from tests.unit.components.host_plans import plans
from tests.unit.components.support import STACKS, cloud


def networks(plan: HostPlan) -> Any:
    return yaml.safe_load(plan.network["netplan"]["content"])["network"]


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


def test_provider_interface_is_up_without_an_address() -> None:
    eth1 = networks(plans("prod")["net01"])["ethernets"]["eth1"]
    assert "addresses" not in eth1
    assert (eth1["dhcp4"], eth1["link-local"]) == (False, [])
    assert "eth1" not in networks(plans("prod")["ctl01"])["ethernets"]
