"""Networks against each other: subnets, VLANs, devices, MTU."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from config.cloud import CloudConfig
from config.errors import Loc, Problem, listed
from config.network import Network
from config.types import NetworkName

_Pair = tuple[tuple[NetworkName, Network], tuple[NetworkName, Network]]


def overlaps(cloud: CloudConfig) -> Iterator[Problem]:
    """No two networks share addresses, a VLAN, or a host's untagged interface."""
    defined = cloud.networks.defined()
    for name, network in defined.items():
        if len(network.device()) > 15:
            reason = f"with its VLAN it is `{network.device()}`, over the kernel's 15 characters"
            fix = "use a shorter interface name in the NIC profiles"
            yield Problem(("networks", name, "interface"), reason, fix, network.interface)
    for pair in combinations(defined.items(), 2):
        yield from _subnets(pair)
        yield from _vlans(pair)
        yield from _untagged(cloud, pair)
        for vlan, trunk in (pair, pair[::-1]):
            yield from _mtu(vlan, trunk)


def _subnets(pair: _Pair) -> Iterator[Problem]:
    (first, one), (second, other) = pair
    if one.cidr and other.cidr and one.cidr.overlaps(other.cidr):
        reason = f"overlaps `{first}` ({one.cidr}), so a host could not tell which way to send"
        fix = f"use separate subnets, or leave `{second}` out so that it shares `{first}`"
        if "provider" in (first, second):
            fix = "use separate subnets"
        yield Problem(("networks", second, "cidr"), reason, fix, str(other.cidr))


def _vlans(pair: _Pair) -> Iterator[Problem]:
    (first, one), (second, other) = pair
    if one.vlan is not None and one.device() == other.device():
        reason = f"is the VLAN of `{first}` too, on the same interface {one.interface}"
        fix = "give each network its own VLAN"
        yield Problem(("networks", second, "vlan"), reason, fix, str(other.vlan))


def _untagged(cloud: CloudConfig, pair: _Pair) -> Iterator[Problem]:
    """Two networks may use one untagged interface name on different hosts, never on the same one."""
    (first, one), (second, other) = pair
    if one.vlan is not None or other.vlan is not None or one.interface != other.interface:
        return
    both = [name for name in cloud.hosts if {first, second} <= used_by(cloud, name)]
    if both:
        reason = f"carries `{first}` untagged too, on {listed(both)}"
        fix = "tag one of the two with a `vlan`, or give it an interface of its own"
        yield Problem(
            ("networks", second, "interface"), reason, fix, other.interface, needs=_tags(first, second)
        )


def _mtu(vlan: tuple[NetworkName, Network], trunk: tuple[NetworkName, Network]) -> Iterator[Problem]:
    name, network = vlan
    parent, under = trunk
    if network.vlan is None or under.vlan is not None or network.interface != under.interface:
        return
    if network.mtu > under.mtu:
        reason = (
            f"is more than the {under.mtu} of `{parent}`, which is untagged on the same {under.interface}"
        )
        fix = f"lower it to {under.mtu}, or raise `{parent}`: a VLAN cannot carry more than its interface"
        yield Problem(("networks", name, "mtu"), reason, fix, str(network.mtu), needs=_tags(name, parent))


def _tags(*names: NetworkName) -> tuple[Loc, ...]:
    """A network whose `vlan` is wrong must not pass for an untagged one."""
    return tuple(("networks", name, "vlan") for name in names)


def used_by(cloud: CloudConfig, host_name: str) -> set[NetworkName]:
    """The networks a host takes part in; gateways and hypervisors do so in `provider` without an address."""
    host = cloud.hosts[host_name]
    provider: set[NetworkName] = {"provider"} if {"network", "compute"} & set(host.roles) else set()
    return (set(host.addresses) | provider) & set(cloud.networks.defined())
