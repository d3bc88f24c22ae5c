"""Networks of the cloud (guide §2) and how a host's interfaces carry them."""

from __future__ import annotations

from ipaddress import IPv4Address
from typing import Literal

from pydantic import Field

from config.base import Section
from config.types import AddressRange, Cidr, InterfaceName, Mtu, NetworkName, VirtualRouterId, VlanId


class Route(Section):
    """A static route of a network."""

    to: Cidr
    """Subnet that is reached."""
    via: IPv4Address
    """Router on this network."""


class Network(Section):
    """One physical or VLAN network."""

    interface: InterfaceName
    """The interface of the host that carries it: a NIC or a bond of the host's profile."""
    vlan: VlanId | None = None
    """802.1Q tag on that interface; none: untagged."""
    cidr: Cidr | None = None
    """Subnet of the hosts' addresses; only `provider` has none, Neutron owns it."""
    gateway: IPv4Address | None = None
    """Default gateway; at most one network has one."""
    nameservers: tuple[IPv4Address, ...] = ()
    """DNS servers that are reached over this network; none on any network: the host's own stay."""
    mtu: Mtu = 1500
    """Largest packet in bytes, headers of lower layers not counted."""
    vip: IPv4Address | None = None
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


class Networks(Section):
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


class Bond(Section):
    """A bond of the host (guide §2: LACP active/active)."""

    members: tuple[InterfaceName, ...] = Field(min_length=1)
    """Physical interfaces."""
    mode: Literal["802.3ad", "active-backup", "balance-xor"] = "802.3ad"
    """LACP on both sides, or what works without the switch knowing."""
    lacp_rate: Literal["fast", "slow"] = "fast"
    """How often LACP asks: every second or every 30."""
    hash_policy: Literal["layer2", "layer2+3", "layer3+4"] = "layer3+4"
    """What decides which member a connection takes."""
    monitor_interval: int = Field(default=100, ge=10, le=10_000)
    """Link monitoring in milliseconds."""


class NicProfile(Section):
    """How hosts of one kind are cabled."""

    ethernets: tuple[InterfaceName, ...] = ()
    """Interfaces used as they are."""
    bonds: dict[InterfaceName, Bond] = Field(default_factory=dict)

    def interfaces(self) -> tuple[str, ...]:
        """What networks can be carried by."""
        return (*self.ethernets, *self.bonds)
