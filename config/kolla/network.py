"""Neutron and Octavia: tenants' networks and load balancers."""

from __future__ import annotations

from ipaddress import IPv4Address
from typing import Literal

from pydantic import Field

from config.base import Section
from config.kolla.secret_text import SecretText
from config.types import AddressRange, Cidr, InterfaceName, LocalPath, Mtu, VlanId

NetworkType = Literal["flat", "vlan", "vxlan", "gre", "geneve"]


class Neutron(Section):
    """Plugin, external bridges, what tenants may make."""

    plugin: Literal["ovn", "openvswitch", "linuxbridge"] = "ovn"
    """What makes the networks (guide: OVN); a running cloud cannot be moved from one to another."""
    distributed_fip: bool = False
    """Floating IPs leave from the hypervisors instead of the network hosts (OVN)."""
    provider_networks: bool = True
    """Servers may be put on provider networks directly, so hypervisors get the external bridges."""
    bridges: dict[InterfaceName, InterfaceName] = Field(default_factory=dict)
    """External bridges with the interface of each, in the order physnet1, physnet2…; none: `br-ex` on `provider`."""
    tenant_network_types: tuple[NetworkType, ...] = ()
    """What tenants' networks are made of; none: geneve with OVN, else vxlan."""
    type_drivers: tuple[NetworkType, ...] = ()
    """Kinds of network that exist at all; none: flat, vlan, vxlan, and geneve with OVN."""
    tenant_mtu: Mtu | None = None
    """Largest packet on tenants' networks in bytes; none: what an underlay of 1500 leaves."""
    dns_servers: tuple[IPv4Address, ...] = ()
    """DNS servers that tenants' networks fall back to; none: the `nameservers` of the cloud's networks."""
    dns_domain: str | None = None
    """Domain of ports' names, with a dot at its end; none: names are not put into DNS."""
    qos: bool = True
    """Bandwidth and marking rules for ports."""
    trunk: bool = True
    """Several VLANs on one port of a server."""
    port_forwarding: bool = False
    """Single ports of a floating IP."""
    vpnaas: bool = False
    """IPsec tunnels of tenants."""
    agent_ha: bool = False
    """Routers and DHCP on two network hosts each (Open vSwitch; OVN does it by itself)."""


class AmphoraNetwork(Section):
    """The provider network on which Octavia's virtual machines are managed."""

    physical_network: str = "physnet1"
    """Physical network of Neutron that carries it."""
    vlan: VlanId | None = None
    """Its VLAN; none: flat."""
    cidr: Cidr
    """Its subnet."""
    pool: AddressRange
    """Addresses for the virtual machines."""


class AmphoraCertificates(Section):
    """Two CAs and a client certificate: how Octavia and its virtual machines know each other."""

    server_ca: LocalPath
    """PEM file of the CA that signs the virtual machines' certificates."""
    server_ca_key: SecretText
    """Its private key, locked with the password `octavia_ca_password`."""
    client_ca: LocalPath
    """PEM file of the CA that signs the controllers' certificate."""
    client: SecretText
    """PEM of the controllers' certificate and private key."""


class Amphora(Section):
    """Octavia's virtual machines."""

    network_type: Literal["provider", "tenant"] = "provider"
    """Whether they are managed over a provider network (production) or a tenant's (trials)."""
    network: AmphoraNetwork | None = None
    """The management network; none: it is made by hand."""
    topology: Literal["SINGLE", "ACTIVE_STANDBY"] = "ACTIVE_STANDBY"
    """Virtual machines per load balancer."""
    certificates: AmphoraCertificates | None = None
    """Certificates; required for the provider `amphora`."""


class Octavia(Section):
    """Load balancers for tenants."""

    enabled: bool = False
    """Whether the service runs."""
    providers: tuple[Literal["ovn", "amphora"], ...] = Field(default=("ovn",), min_length=1)
    """What makes load balancers, the default first: flows of OVN (layer 4), or virtual machines (layer 7)."""
    amphora: Amphora = Amphora()
    """Settings of the provider `amphora`."""
