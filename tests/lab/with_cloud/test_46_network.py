"""A change of the network under Keepalived takes no virtual address away, not for a moment."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from ops.stack import load
from tests.lab.support import Stack, ssh
from tests.lab.with_cloud.containers import CONTROLLERS

pytestmark = pytest.mark.cloud

ROUTE = {"to": "198.51.100.0/24", "via": "10.10.10.1"}
UNIT, LOG = "test-addresses", "/run/test-addresses"


def another_route(config: dict[str, Any]) -> None:
    """One more static route on the network that the internal virtual address is on."""
    config["cloud:networks"]["management"]["routes"] = [ROUTE]


def holders(vip: str) -> set[str]:
    """The controllers that have an address."""
    return {host for host in CONTROLLERS if f" {vip}/" in ssh(host, "ip -4 -oneline address").stdout}


@contextmanager
def monitored() -> Iterator[dict[str, str]]:
    """What each controller's kernel says of its addresses meanwhile, by host; filled at the end."""
    said: dict[str, str] = {}
    for host in CONTROLLERS:
        ssh(host, f"systemd-run --quiet --collect --unit={UNIT} sh -c 'exec ip monitor address >{LOG}'")
    try:
        yield said
    finally:
        for host in CONTROLLERS:
            said[host] = ssh(host, f"systemctl stop {UNIT}; cat {LOG}; rm {LOG}").stdout


def routed() -> set[str]:
    """The controllers that have the route."""
    return {host for host in CONTROLLERS if ssh(host, f"ip -4 route show {ROUTE['to']}").stdout}


def test_the_virtual_addresses_stay_while_the_network_below_them_changes(stack: Stack) -> None:
    networks = load("lab", stack.file).networks.defined().values()
    vips = [str(network.vip) for network in networks if network.vip]
    before = {vip: holders(vip) for vip in vips}
    assert [len(hosts) for hosts in before.values()] == [1, 1]
    with monitored() as said:
        stack.edited("another-route", another_route).up()
        changed = routed()
        stack.up()
    assert changed == CONTROLLERS
    assert routed() == set()
    assert {vip: holders(vip) for vip in vips} == before
    for host, text in said.items():
        lines = text.splitlines()
        assert not [
            line for line in lines if line.startswith("Deleted") or any(vip in line for vip in vips)
        ], (
            host,
            text,
        )
