"""Networks, subnets, routers: those that lead outside, and those of projects."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Address
from itertools import combinations
from typing import Literal

from pydantic import Field

from config.model.errors import Loc, Problem
from config.model.texts.lines import Line, Name
from config.model.types import AddressRange, Cidr, Mtu, VlanId
from config.tenancy.taken_over import ObjectName, TakenOver


class Subnet(TakenOver):
    """Addresses of a network."""

    cidr: Cidr
    """The subnet."""
    gateway: IPv4Address | Literal["none"] | None = None
    """Its router; none given: the first address; `none`: there is no way out."""
    pools: tuple[AddressRange, ...] = ()
    """Ranges that addresses are taken from; none: all but the gateway."""
    dhcp: bool = True
    """Servers get their address by DHCP."""
    dns: tuple[IPv4Address, ...] = ()
    """DNS servers of its servers; none: the cloud's."""

    def gateway_address(self) -> IPv4Address | None:
        """Its router's address; None: it has no router."""
        if self.gateway == "none":
            return None
        return self.gateway or self.cidr[1]

    def misfits(self, here: Loc) -> Iterator[Problem]:
        """Gateway and pools that are no part of it, or of each other."""
        gateway = self.gateway_address()
        if gateway is not None and gateway not in self.cidr:
            yield Problem(
                (*here, "gateway"), f"is not in {self.cidr}", "use an address of the subnet", str(gateway)
            )
        for at, (first, last) in enumerate(self.pools):
            place, value = (*here, "pools", at), f"{first}-{last}"
            if first not in self.cidr or last not in self.cidr:
                yield Problem(place, f"is not in {self.cidr}", "use addresses of the subnet", value)
            elif gateway is not None and first <= gateway <= last:
                fix = "leave the gateway's address out, or split the range around it"
                yield Problem(place, f"has the gateway {gateway} in it", fix, value)
        for (one, left), (other, right) in combinations(enumerate(self.pools), 2):
            if left[0] <= right[1] and right[0] <= left[1]:
                reason = f"overlaps with `pools[{one}]`"
                fix = "make one range of the two, or part them"
                yield Problem((*here, "pools", other), reason, fix, f"{right[0]}-{right[1]}")


class Network(TakenOver):
    """A network of a project."""

    description: Line | None = None
    """What it is for."""
    mtu: Mtu | None = None
    """Largest packet in bytes; none: what Neutron finds to fit."""
    subnets: dict[ObjectName, Subnet] = Field(default_factory=dict)
    """Its subnets."""


class ProviderNetwork(Network):
    """A network of the datacentre, behind an external bridge."""

    physical_network: Name = "physnet1"
    """Neutron's name of what is behind the bridge: the first bridge is physnet1."""
    type: Literal["flat", "vlan"] = "flat"
    """Whether packets are tagged."""
    vlan: VlanId | None = None
    """The tag, of type vlan."""
    external: bool = True
    """Routers and floating IPs may use it."""
    shared: bool = False
    """Every project may put servers on it."""


class Router(TakenOver):
    """A router of a project."""

    external: ObjectName | None = None
    """Name of the external network that it leads to; none: it connects subnets only."""
    snat: bool | None = None
    """Servers without a floating IP reach the outside; none: Neutron's default, yes."""
    subnets: tuple[ObjectName, ...] = ()
    """Names of the project's subnets that it connects."""
