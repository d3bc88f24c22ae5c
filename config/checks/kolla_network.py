"""Neutron: plugin and release, bridges and interfaces, kinds of network."""

from __future__ import annotations

from collections.abc import Iterator

from config.checks.nics import interfaces
from config.checks.overlaps import listed
from config.cloud import CloudConfig
from config.errors import Loc, Problem
from config.kolla.network import Neutron
from config.kolla.places import bridges

_HERE: Loc = ("kolla", "neutron")
_OVERHEAD = {"geneve": 58, "vxlan": 50, "gre": 42}
"""Bytes that a tunnel's headers take from each packet."""


def kolla_network(cloud: CloudConfig) -> Iterator[Problem]:
    """What Neutron's prechecks ask, and what would only show as networks without traffic."""
    if cloud.kolla is None:
        return
    neutron = cloud.kolla.neutron
    yield from _plugin(cloud, neutron)
    yield from _bridges(cloud)
    yield from _types(neutron)
    yield from _names(cloud, neutron)
    if neutron.tenant_mtu is not None:
        yield from _mtu(cloud, neutron, neutron.tenant_mtu)


def _plugin(cloud: CloudConfig, neutron: Neutron) -> Iterator[Problem]:
    release = cloud.releases.openstack
    needs: tuple[Loc, ...] = (("releases", "openstack"),)
    if neutron.plugin == "linuxbridge" and release >= "2025.1":
        reason = f"Kolla-Ansible {release} has no Linux bridge any more; 2024.2 was the last"
        fix = "use `ovn` for a new cloud; move an old one to `openvswitch` before the upgrade"
        yield Problem((*_HERE, "plugin"), reason, fix, "linuxbridge", needs=needs)
    if neutron.distributed_fip and neutron.plugin != "ovn":
        reason = f"is for OVN, and `plugin` is {neutron.plugin}"
        fix = "remove it; with Open vSwitch, `enable_neutron_dvr` in `kolla.globals` does the like"
        yield Problem((*_HERE, "distributedFip"), reason, fix, "true")
    if neutron.vpnaas and neutron.plugin == "ovn" and release < "2026.1":
        reason = f"needs an agent for OVN that Kolla-Ansible {release} does not have"
        yield Problem((*_HERE, "vpnaas"), reason, "remove it; 2026.1 has it", "true", needs=needs)
    hosts = list(cloud.with_role("network"))
    if neutron.agent_ha and neutron.plugin == "ovn":
        reason = "is for agents that OVN does not have: it fails over by itself"
        yield Problem((*_HERE, "agentHa"), reason, "remove it", "true")
    elif neutron.agent_ha and len(hosts) < 2:
        reason = f"needs two hosts with the role `network`, and {len(hosts)} has it"
        roles: tuple[Loc, ...] = (("hosts", "*", "roles"),)
        yield Problem((*_HERE, "agentHa"), reason, "add a network host, or remove it", "true", needs=roles)


def _bridges(cloud: CloudConfig) -> Iterator[Problem]:
    if cloud.kolla is None:
        return
    here: Loc = (*_HERE, "bridges")
    found = bridges(cloud, cloud.kolla)
    if not found:
        reason = "is empty, and there is no `cloud:networks.provider`: tenants would have no way out"
        fix = "define `networks.provider` with its interface, or name a bridge and its interface here"
        yield Problem(here, reason, fix, needs=(("networks", "provider"),))
    used: dict[str, str] = {}
    own = {net.interface: name for name, net in cloud.networks.defined().items() if name != "provider"}
    gateways = cloud.with_role("network")
    for bridge, interface in cloud.kolla.neutron.bridges.items():
        if interface in used:
            reason = f"is the interface of bridge `{used[interface]}` too"
            yield Problem((*here, bridge), reason, "give each bridge its own interface", interface)
        used.setdefault(interface, bridge)
        carried = {
            cloud.networks.defined()[name].interface
            for host in gateways.values()
            for name in host.addresses
            if name in cloud.networks.defined()
        }
        if interface in own and interface in carried:
            reason = f"carries `{own[interface]}`: the bridge would take it away from the host"
            yield Problem((*here, bridge), reason, "use an interface without addresses", interface)
            continue
        lacking = [
            name
            for name, host in gateways.items()
            if (profile := cloud.nic_profiles.get(host.nics)) and interface not in interfaces(profile)
        ]
        if lacking:
            reason = f"{listed(lacking)} {'has' if len(lacking) == 1 else 'have'} no such interface"
            fix = "add it to the NIC profile, or give the host its own in `cloud:kolla.hostVars`"
            if not all("neutron_external_interface" in cloud.kolla.host_vars.get(one, {}) for one in lacking):
                needs: tuple[Loc, ...] = (("nicProfiles",), ("hosts", "*", "nics"))
                yield Problem((*here, bridge), reason, fix, interface, needs=needs)


def _types(neutron: Neutron) -> Iterator[Problem]:
    geneve = ("geneve",) if neutron.plugin == "ovn" else ()
    drivers = neutron.type_drivers or ("flat", "vlan", "vxlan", *geneve)
    tenant = neutron.tenant_network_types or (("geneve",) if neutron.plugin == "ovn" else ("vxlan",))
    for at, kind in enumerate(tenant):
        if kind not in drivers and not (neutron.plugin == "ovn" and kind == "gre"):
            given = bool(neutron.tenant_network_types)
            loc = (*_HERE, "tenantNetworkTypes", at) if given else (*_HERE, "typeDrivers")
            reason = f"tenants' networks are of type {kind}, and the types there are do not have it: {', '.join(drivers)}"
            yield Problem(
                loc, reason, f"add `{kind}` to `typeDrivers`, or use one of those", kind if given else None
            )
    if neutron.plugin == "ovn" and "gre" in tenant:
        at = neutron.tenant_network_types.index("gre")
        yield Problem((*_HERE, "tenantNetworkTypes", at), "OVN makes no GRE networks", "use `geneve`", "gre")


def _names(cloud: CloudConfig, neutron: Neutron) -> Iterator[Problem]:
    here: Loc = (*_HERE, "dnsDomain")
    designate = cloud.kolla is not None and cloud.kolla.designate.enabled
    domain = neutron.dns_domain
    if designate and domain is None:
        reason = "is missing: Designate is on, and ports' names go into this domain"
        yield Problem(here, reason, f"add it, such as `{cloud.domain}.`", needs=(("domain",),))
    elif domain is not None and (not domain.endswith(".") or domain == "openstacklocal"):
        yield Problem(here, "has no dot at its end, so it is not a whole name", f"write `{domain}.`", domain)


def _mtu(cloud: CloudConfig, neutron: Neutron, mtu: int) -> Iterator[Problem]:
    kinds = neutron.tenant_network_types or (("geneve",) if neutron.plugin == "ovn" else ("vxlan",))
    carrier = cloud.networks.carrying("tunnel")
    room = cloud.networks.defined()[carrier].mtu - max(_OVERHEAD.get(kind, 0) for kind in kinds)
    if mtu > room:
        reason = f"does not fit: `networks.{carrier}` leaves {room} bytes inside a tunnel"
        fix = f"lower it to {room}, or raise the network's `mtu`"
        needs: tuple[Loc, ...] = (("networks", carrier, "mtu"),)
        yield Problem((*_HERE, "tenantMtu"), reason, fix, str(mtu), needs=needs)
