"""Networks of tenants: Neutron. What it works with below is in `ovn`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field

from config.kolla.expected import Agent, Catalogued
from config.kolla.hosts import hosts_of
from config.kolla.port import Port, api
from config.kolla.service import Row, Service
from config.kolla.services import external_bridges
from config.kolla.services.ovn import tunnel
from config.kolla.setting import Setting
from config.model.errors import Loc, Problem
from config.model.texts.network import InterfaceName, PortDomain
from config.model.types import Address, Mtu

if TYPE_CHECKING:
    from config.cloud import CloudConfig
    from config.kolla import KollaSettings
    from config.kolla.values import Values

NetworkType = Literal["flat", "vlan", "vxlan", "gre", "geneve", "local"]

_HERE: Loc = ("kolla", "neutron")
_OVERHEAD = {"geneve": 58, "vxlan": 50, "gre": 42}
"""Bytes that a tunnel's headers take from each packet."""


class Neutron(Service):
    """Plugin, external bridges, what tenants may make."""

    name: ClassVar[str] = "neutron"
    runs: ClassVar[str] = "enable_neutron"
    catalogue: ClassVar[tuple[Catalogued, ...]] = (Catalogued("network", "neutron"),)
    heading: ClassVar[str] = "Neutron"
    ports: ClassVar[tuple[Port, ...]] = (
        *api("neutron", "networks", "neutron-server", "neutron_server"),
        tunnel("vxlan", "tenants' networks (VXLAN), chassis of other vendors", "4789"),
    )

    plugin: Literal["ovn", "openvswitch", "linuxbridge"] = "ovn"
    """What provides the networks (guide: OVN); a running cloud cannot be moved from one to another."""
    distributed_fip: bool = False
    """Floating IPs leave from the hypervisors instead of the network hosts (OVN)."""
    provider_networks: bool = True
    """Servers may be put on provider networks directly, so hypervisors get the external bridges."""
    bridges: dict[InterfaceName, InterfaceName] = Field(default_factory=dict)
    """External bridges with the interface of each, in the order physnet1, physnet2…; none: `br-ex` on `provider`."""
    tenant_network_types: tuple[NetworkType, ...] = ()
    """How tenants' networks are carried; none: geneve with OVN, else vxlan."""
    type_drivers: tuple[NetworkType, ...] = ()
    """Kinds of network that exist at all; none: flat, vlan, vxlan, and geneve with OVN."""
    tenant_mtu: Mtu | None = None
    """Largest packet on tenants' networks in bytes; none: what an underlay of 1500 leaves."""
    dns_servers: tuple[Address, ...] = ()
    """DNS servers that tenants' networks fall back to; none: the `nameservers` of the cloud's networks."""
    dns_domain: PortDomain | None = None
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
    """Routers and DHCP on two network hosts each (Open vSwitch; OVN does so anyway)."""

    def rows(self, cloud: CloudConfig, kolla: KollaSettings) -> Iterator[Row]:
        """Plugin, bridges, kinds of network."""
        at = "kolla.neutron"
        found = external_bridges.bridges(cloud, self)
        servers = self.dns_servers or tuple(
            server for network in cloud.networks.defined().values() for server in network.nameservers
        )
        tenant = ",".join(self.tenant_network_types) or None
        yield "neutron_plugin_agent", self.plugin, f"{at}.plugin"
        yield "neutron_bridge_name", ",".join(found) or None, f"{at}.bridges"
        yield "neutron_external_interface", ",".join(found.values()) or None, f"{at}.bridges"
        yield "neutron_ovn_distributed_fip", self.distributed_fip or None, f"{at}.distributedFip"
        yield "enable_neutron_provider_networks", self.provider_networks, f"{at}.providerNetworks"
        yield "neutron_tenant_network_types", tenant, f"{at}.tenantNetworkTypes"
        yield "neutron_type_drivers", ",".join(self.type_drivers) or None, f"{at}.typeDrivers"
        yield "neutron_dnsmasq_dns_servers", ",".join(map(str, servers)) or None, f"{at}.dnsServers"
        yield "neutron_dns_domain", self.dns_domain, f"{at}.dnsDomain"
        yield "enable_neutron_qos", self.qos, f"{at}.qos"
        yield "enable_neutron_trunk", self.trunk, f"{at}.trunk"
        yield "enable_neutron_port_forwarding", self.port_forwarding or None, f"{at}.portForwarding"
        yield "enable_neutron_vpnaas", self.vpnaas or None, f"{at}.vpnaas"
        yield "enable_neutron_agent_ha", self.agent_ha or None, f"{at}.agentHa"
        # Kolla-Ansible takes the whole name, Nova the short one, and OVN binds a port only where the two are equal.
        if self.plugin == "ovn":
            yield "openvswitch_hostname", "{{ ansible_facts.hostname }}", "hosts"

    def settings(self, cloud: CloudConfig, kolla: KollaSettings) -> Iterator[Setting]:
        """Sizes of packets."""
        if self.tenant_mtu is None:
            return
        carrier = cloud.networks.defined()[cloud.networks.carrying("tunnel")]
        physical = cloud.networks.provider.mtu if cloud.networks.provider else 1500
        mtus = ",".join(f"{name}:{physical}" for name in external_bridges.physical_networks(cloud, kolla))
        server, ml2, at = "neutron/neutron-server.conf", "neutron/ml2_conf.ini", "kolla.neutron.tenantMtu"
        yield Setting(server, "DEFAULT", "global_physnet_mtu", str(max(carrier.mtu, physical)), at)
        yield Setting(ml2, "ml2", "path_mtu", str(self.tenant_mtu + max(_OVERHEAD.values())), at)
        yield Setting(ml2, "ml2", "physical_network_mtus", mtus, at)

    def agents(self, cloud: CloudConfig, known: Values) -> Iterator[Agent]:
        """With OVN its controllers and the metadata agents; else the switches' agents, routers, DHCP, metadata."""
        if self.plugin == "ovn":
            gateways = hosts_of(cloud, "ovn-controller-network")
            others = tuple(name for name in hosts_of(cloud, "ovn-controller-compute") if name not in gateways)
            yield Agent("network", "OVN Controller Gateway agent", gateways)
            yield Agent("network", "OVN Controller agent", others)
            yield Agent("network", "OVN Metadata agent", hosts_of(cloud, "neutron-ovn-metadata-agent"))
            if known.on("neutron_enable_ovn_agent"):
                yield Agent("network", "OVN Neutron agent", hosts_of(cloud, "neutron-ovn-agent"))
            return
        routers = ("neutron-dhcp-agent", "neutron-l3-agent", "neutron-metadata-agent")
        switch = "Open vSwitch agent" if self.plugin == "openvswitch" else "Linux bridge agent"
        on_hypervisors = ("compute",) if known.on("enable_neutron_dvr") else ()
        yield Agent("network", switch, hosts_of(cloud, "compute", *routers))
        yield Agent("network", "DHCP agent", hosts_of(cloud, "neutron-dhcp-agent"))
        yield Agent("network", "L3 agent", hosts_of(cloud, "neutron-l3-agent", *on_hypervisors))
        yield Agent("network", "Metadata agent", hosts_of(cloud, "neutron-metadata-agent", *on_hypervisors))

    def problems(self, cloud: CloudConfig, kolla: KollaSettings) -> Iterator[Problem]:
        """What its prechecks ask, and what would only show as networks without traffic."""
        yield from self._plugin(cloud)
        yield from external_bridges.problems(cloud, kolla)
        yield from self._types()
        yield from self._names(cloud, kolla)
        if self.tenant_mtu is not None:
            yield from self._mtu(cloud, self.tenant_mtu)

    def _plugin(self, cloud: CloudConfig) -> Iterator[Problem]:
        release = cloud.releases.openstack
        needs: tuple[Loc, ...] = (("releases", "openstack"),)
        if self.plugin == "linuxbridge" and release >= "2025.1":
            reason = f"Kolla-Ansible {release} has no Linux bridge any more; 2024.2 was the last"
            fix = "use `ovn` for a new cloud; move an old one to `openvswitch` before the upgrade"
            yield Problem((*_HERE, "plugin"), reason, fix, "linuxbridge", needs=needs)
        if self.distributed_fip and self.plugin != "ovn":
            reason = f"is for OVN, and `plugin` is {self.plugin}"
            fix = "remove it; with Open vSwitch, `enable_neutron_dvr` in `kolla.globals` does the like"
            yield Problem((*_HERE, "distributedFip"), reason, fix, "true")
        if self.vpnaas and self.plugin == "ovn" and release < "2026.1":
            reason = f"needs an agent for OVN that Kolla-Ansible {release} does not have"
            yield Problem((*_HERE, "vpnaas"), reason, "remove it; 2026.1 has it", "true", needs=needs)
        hosts = list(cloud.with_role("network"))
        if self.agent_ha and self.plugin == "ovn":
            reason = "is for agents that OVN does not have: it fails over by itself"
            yield Problem((*_HERE, "agentHa"), reason, "remove it", "true")
        elif self.agent_ha and len(hosts) < 2:
            reason = f"needs two hosts with the role `network`, and {len(hosts)} has it"
            roles: tuple[Loc, ...] = (("hosts", "*", "roles"),)
            yield Problem(
                (*_HERE, "agentHa"), reason, "add a network host, or remove it", "true", needs=roles
            )

    def _of_tenants(self) -> tuple[NetworkType, ...]:
        """How tenants' networks are carried, by default too."""
        return self.tenant_network_types or (("geneve",) if self.plugin == "ovn" else ("vxlan",))

    def _types(self) -> Iterator[Problem]:
        geneve = ("geneve",) if self.plugin == "ovn" else ()
        drivers = self.type_drivers or ("flat", "vlan", "vxlan", *geneve)
        tenant = self._of_tenants()
        for at, kind in enumerate(tenant):
            if kind not in drivers and not (self.plugin == "ovn" and kind == "gre"):
                given = bool(self.tenant_network_types)
                loc = (*_HERE, "tenantNetworkTypes", at) if given else (*_HERE, "typeDrivers")
                reason = f"tenants' networks are of type {kind}, and the types there are do not have it: {', '.join(drivers)}"
                yield Problem(
                    loc,
                    reason,
                    f"add `{kind}` to `typeDrivers`, or use one of those",
                    kind if given else None,
                )
        if self.plugin == "ovn" and "gre" in tenant:
            at = self.tenant_network_types.index("gre")
            yield Problem(
                (*_HERE, "tenantNetworkTypes", at), "OVN makes no GRE networks", "use `geneve`", "gre"
            )

    def _names(self, cloud: CloudConfig, kolla: KollaSettings) -> Iterator[Problem]:
        here: Loc = (*_HERE, "dnsDomain")
        domain = self.dns_domain
        if kolla.designate.enabled and domain is None:
            reason = "is missing: Designate is on, and ports' names go into this domain"
            yield Problem(here, reason, f"add it, such as `{cloud.domain}.`", needs=(("domain",),))
        elif domain is not None and (not domain.endswith(".") or domain == "openstacklocal"):
            yield Problem(
                here, "has no dot at its end, so it is not a whole name", f"write `{domain}.`", domain
            )

    def _mtu(self, cloud: CloudConfig, mtu: int) -> Iterator[Problem]:
        carrier = cloud.networks.carrying("tunnel")
        room = cloud.networks.defined()[carrier].mtu - max(
            _OVERHEAD.get(kind, 0) for kind in self._of_tenants()
        )
        if mtu > room:
            reason = f"does not fit: `networks.{carrier}` leaves {room} bytes inside a tunnel"
            fix = f"lower it to {room}, or raise the network's `mtu`"
            needs: tuple[Loc, ...] = (("networks", carrier, "mtu"),)
            yield Problem((*_HERE, "tenantMtu"), reason, fix, str(mtu), needs=needs)
