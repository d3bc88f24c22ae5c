"""Networks of the cloud (guide §2): each in itself and against the others."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Address, IPv4Network
from itertools import combinations
from typing import TYPE_CHECKING

from config.model.base import Room, Section
from config.model.errors import Loc, Problem
from config.model.texts.network import InterfaceName
from config.model.types import Address, AddressRange, Cidr, Mtu, NetworkName, VirtualRouterId, VlanId

if TYPE_CHECKING:
    from config.cloud import CloudConfig


class Route(Section):
    """A static route of a network."""

    to: Cidr
    """Subnet that is reached."""
    via: Address
    """Router on this network."""


class Network(Section):
    """One physical or VLAN network."""

    interface: InterfaceName
    """The interface of the host that carries it: a NIC or a bond of the host's profile."""
    vlan: VlanId | None = None
    """802.1Q tag on that interface; none: untagged."""
    cidr: Cidr | None = None
    """Subnet of the hosts' addresses; only `provider` has none, Neutron owns it."""
    gateway: Address | None = None
    """Default gateway; at most one network has one."""
    nameservers: tuple[Address, ...] = ()
    """DNS servers that are reached over this network; none on any network: the host's own stay."""
    mtu: Mtu = 1500
    """Largest packet in bytes, headers of lower layers not counted."""
    vip: Address | None = None
    """The virtual address that Keepalived holds on this network."""
    pools: tuple[AddressRange, ...] = ()
    """Ranges given to something else (DHCP, Neutron, load balancers): no host or VIP may lie in them."""
    routes: tuple[Route, ...] = ()
    """Static routes through routers on this network."""
    virtual_router_ids_in_use: tuple[VirtualRouterId, ...] = ()
    """VRRP ids that other routers of the site speak on this network."""

    def device(self) -> str:
        """Name of the network's layer-3 device on a host."""
        return self.interface if self.vlan is None else f"{self.interface}.{self.vlan}"


class Networks(Room):
    """The networks by use; a missing one falls back as Kolla-Ansible's interfaces do."""

    management: Network
    """SSH, APIs inside, database, queues; every host has an address here."""
    public: Network | None = None
    """The external VIP; none: on `management`."""
    tunnel: Network | None = None
    """Geneve/VXLAN between hypervisors and gateways; none: on `management`."""
    storage: Network | None = None
    """Ceph's public network; none: on `management`."""
    replication: Network | None = None
    """Ceph's cluster network; none: on `storage`."""
    provider: Network | None = None
    """External provider network of Neutron (guide: eth1)."""

    def defined(self) -> dict[NetworkName, Network]:
        """The networks that the stack file has, by name, in a fixed order."""
        every: dict[NetworkName, Network | None] = {
            "management": self.management,
            "public": self.public,
            "tunnel": self.tunnel,
            "storage": self.storage,
            "replication": self.replication,
            "provider": self.provider,
        }
        return {name: network for name, network in every.items() if network is not None}

    def carrying(self, use: NetworkName) -> NetworkName:
        """The network that carries a use, after fallbacks."""
        fallback: dict[NetworkName, NetworkName] = {
            "public": "management",
            "tunnel": "management",
            "storage": "management",
            "replication": "storage",
        }
        while use not in self.defined():
            use = fallback[use]
        return use

    def problems(self, here: Loc, cloud: CloudConfig) -> Iterator[Problem]:
        """Subnets are there, what is said of a network lies in its subnet, and no two share anything."""
        for name, network in self.defined().items():
            loc: Loc = (*here, name)
            if len(network.device()) > 15:
                reason = f"with its VLAN it is `{network.device()}`, over the kernel's 15 characters"
                fix = "use a shorter interface name in the NIC profiles"
                yield Problem((*loc, "interface"), reason, fix, network.interface)
            if network.cidr is not None:
                yield from _gateway(loc, network, network.cidr)
                yield from _routes(loc, network, network.cidr)
                yield from _pools(loc, network.pools, network.cidr)
            elif name != "provider":
                yield Problem(
                    (*loc, "cidr"), "is missing: hosts have addresses on this network", "add its subnet"
                )
            elif network.gateway or network.routes:
                reason = "the hosts have no address on the provider network, so nothing goes through it"
                yield Problem(loc, reason, "remove `gateway` and `routes` there")
        yield from _one_default_route(self)
        for pair in combinations(self.defined().items(), 2):
            yield from _subnets(pair)
            yield from _vlans(pair)
            for vlan, trunk in (pair, pair[::-1]):
                yield from _mtu(vlan, trunk)


_Pair = tuple[tuple[NetworkName, Network], tuple[NetworkName, Network]]


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
            reason = f"is in the allocation pool {spelt(pool)}, so something else would get it too"
            yield Problem(here, reason, "leave the gateway out of the pool", str(gateway))


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
            yield Problem((*loc, "pools", at), reason, "give each pool its own addresses", spelt(second))


def _one_default_route(networks: Networks) -> Iterator[Problem]:
    with_gateway = [(name, net) for name, net in networks.defined().items() if net.gateway]
    for name, network in with_gateway[1:]:
        reason = (
            f"is a second default gateway: `{with_gateway[0][0]}` has one, and a host has one default route"
        )
        fix = "remove it, or write what is behind it as `routes`"
        yield Problem(("networks", name, "gateway"), reason, fix, str(network.gateway))


def _subnets(pair: _Pair) -> Iterator[Problem]:
    (first, one), (second, other) = pair
    if one.cidr and other.cidr and one.cidr.overlaps(other.cidr):
        reason = f"overlaps `{first}` ({one.cidr}), so a host's routes would be ambiguous"
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
        yield Problem(("networks", name, "mtu"), reason, fix, str(network.mtu), needs=vlans_of(name, parent))


def vlans_of(*names: NetworkName) -> tuple[Loc, ...]:
    """A network whose `vlan` is wrong must not pass for an untagged one."""
    return tuple(("networks", name, "vlan") for name in names)
