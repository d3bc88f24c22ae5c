"""The lab's hosts and networks fit together, and are those of the committed stack file."""

from __future__ import annotations

from ipaddress import IPv4Address
from pathlib import Path
from typing import Any

import pytest
import yaml

from lab.topology import EVERY, HOSTS, NETWORKS, PREFIX, Host

STACK_FILE = Path(__file__).parents[3] / "Pulumi.lab.yaml"
LINUX_INTERFACE_NAME = 15
LAB_NAME = {"public": "external"}
"""Where the stack file names a network by its use, the lab names it by its cable."""


@pytest.fixture(scope="module")
def hosts() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(STACK_FILE.read_text())["config"]["cloud:hosts"]
    return found


def test_hosts_are_those_of_the_stack_file(hosts: dict[str, Any]) -> None:
    wanted = {
        name: {LAB_NAME.get(use, use): IPv4Address(address) for use, address in host["addresses"].items()}
        for name, host in hosts.items()
    }
    assert {name: host.addresses for name, host in HOSTS.items()} == wanted


def test_hosts_that_the_stack_leaves_alone_are_powered_off(
    hosts: dict[str, Any],
) -> None:
    disabled = {name for name, host in hosts.items() if host.get("enabled") is False}
    assert {name for name, host in HOSTS.items() if not host.powered} == disabled == {"cmp03"}


def test_no_address_is_given_twice() -> None:
    given = [address for host in EVERY.values() for address in host.addresses.values()]
    given += [network.gateway for network in NETWORKS.values() if network.gateway]
    assert len(given) == len(set(given))


@pytest.mark.parametrize("host", EVERY.values(), ids=lambda host: host.name)
def test_addresses_lie_in_networks_that_are_cabled(host: Host) -> None:
    assert set(host.addresses) <= set(host.cabled)
    assert all(address in NETWORKS[name].cidr for name, address in host.addresses.items())


@pytest.mark.parametrize("host", EVERY.values(), ids=lambda host: host.name)
def test_interface_names_fit_linux_and_are_recognisable(host: Host) -> None:
    names = [host.link(name) for name in host.cabled] + [network.bridge for network in NETWORKS.values()]
    assert all(name.startswith(PREFIX) and len(name) <= LINUX_INTERFACE_NAME for name in names)
    assert len(names) == len(set(names))
