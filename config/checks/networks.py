"""Each network in itself: its subnet, gateway, pools, routes."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Address, IPv4Network
from itertools import combinations

from config.cloud import CloudConfig
from config.errors import Loc, Problem
from config.network import Network
from config.types import AddressRange


def networks(cloud: CloudConfig) -> Iterator[Problem]:
    """Subnets are there, and what is said of a network lies in its subnet."""
    for name, network in cloud.networks.defined().items():
        loc: Loc = ("networks", name)
        if network.cidr is None:
            if name != "provider":
                yield Problem(
                    (*loc, "cidr"), "is missing: hosts have addresses on this network", "add its subnet"
                )
            elif network.gateway or network.routes:
                reason = "the hosts have no address on the provider network, so nothing goes through it"
                yield Problem(loc, reason, "remove `gateway` and `routes` there")
            continue
        yield from _gateway(loc, network, network.cidr)
        yield from _routes(loc, network, network.cidr)
        yield from _pools(loc, network.pools, network.cidr)
    yield from _one_default_route(cloud)


def unusable(address: IPv4Address, cidr: IPv4Network) -> str | None:
    """Why nothing in the subnet can have the address; none: something can."""
    if address not in cidr:
        return f"is outside the network's subnet {cidr}"
    if cidr.prefixlen < 31 and address == cidr.network_address:
        return f"is the network address of {cidr}"
    if cidr.prefixlen < 31 and address == cidr.broadcast_address:
        return f"is the broadcast address of {cidr}"
    return None


def spelt(pool: AddressRange) -> str:
    """A range as a reader sees it."""
    return f"{pool[0]}-{pool[1]}"


def _gateway(loc: Loc, network: Network, cidr: IPv4Network) -> Iterator[Problem]:
    gateway = network.gateway
    if gateway is None:
        return
    here = (*loc, "gateway")
    if reason := unusable(gateway, cidr):
        yield Problem(here, reason, "give the router's address on this network", str(gateway))
    for pool in network.pools:
        if pool[0] <= gateway <= pool[1]:
            reason = f"lies in the allocation pool {spelt(pool)}, so something else would get it too"
            yield Problem(here, reason, "begin or end the pool beside the gateway", str(gateway))


def _routes(loc: Loc, network: Network, cidr: IPv4Network) -> Iterator[Problem]:
    for at, route in enumerate(network.routes):
        if reason := unusable(route.via, cidr):
            fix = "name a router on this network, or move the route to the network that has it"
            yield Problem((*loc, "routes", at, "via"), reason, fix, str(route.via))
        if route.to.prefixlen == 0:
            fix = "set the network's `gateway` instead"
            yield Problem((*loc, "routes", at, "to"), "is the default route", fix, str(route.to))


def _pools(loc: Loc, pools: tuple[AddressRange, ...], cidr: IPv4Network) -> Iterator[Problem]:
    for at, pool in enumerate(pools):
        if pool[0] not in cidr or pool[1] not in cidr:
            reason = f"is not wholly inside the network's subnet {cidr}"
            yield Problem(
                (*loc, "pools", at), reason, "shorten the range, or correct the subnet", spelt(pool)
            )
    for (_, first), (at, second) in combinations(enumerate(pools), 2):
        if first[0] <= second[1] and second[0] <= first[1]:
            reason = f"overlaps the pool {spelt(first)}"
            yield Problem((*loc, "pools", at), reason, "give each pool addresses of its own", spelt(second))


def _one_default_route(cloud: CloudConfig) -> Iterator[Problem]:
    with_gateway = [(name, net) for name, net in cloud.networks.defined().items() if net.gateway]
    for name, network in with_gateway[1:]:
        reason = (
            f"is a second default gateway: `{with_gateway[0][0]}` has one, and a host has one default route"
        )
        fix = "remove it, or write what is behind it as `routes`"
        yield Problem(("networks", name, "gateway"), reason, fix, str(network.gateway))
