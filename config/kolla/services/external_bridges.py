"""The bridges through which tenants' networks reach the world, each on an interface of the network hosts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from config.model.errors import Loc, Problem, listed

if TYPE_CHECKING:
    from config.cloud import CloudConfig
    from config.kolla import KollaSettings
    from config.kolla.services.neutron import Neutron

_HERE: Loc = ("kolla", "neutron", "bridges")
_PHYSICAL = "neutron_physical_networks"


def bridges(cloud: CloudConfig, neutron: Neutron) -> dict[str, str]:
    """External bridges with the interface of each: the site's, else `br-ex` on the provider network."""
    if neutron.bridges:
        return dict(neutron.bridges)
    provider = cloud.networks.provider
    return {"br-ex": provider.device()} if provider else {}


def physical_networks(cloud: CloudConfig, kolla: KollaSettings) -> list[str]:
    """Neutron's names of the networks behind the bridges, in the order of the bridges."""
    own = kolla.globals.get(_PHYSICAL)
    if isinstance(own, str) and "{" not in own:
        return [name.strip() for name in own.split(",")]
    return [f"physnet{at}" for at in range(1, len(bridges(cloud, kolla.neutron)) + 1)]


def problems(cloud: CloudConfig, kolla: KollaSettings) -> Iterator[Problem]:
    """Each has its own interface, which exists and carries none of the host's own traffic."""
    found = bridges(cloud, kolla.neutron)
    if not found:
        reason = "is empty, and there is no `cloud:networks.provider`: tenants would have no way out"
        fix = "define `networks.provider` with its interface, or name a bridge and its interface here"
        yield Problem(_HERE, reason, fix, needs=(("networks", "provider"),))
    named = physical_networks(cloud, kolla)
    if len(named) != len(found):
        reason = f"names {len(named)}, and there are {len(found)} bridges: {', '.join(found)}"
        there: Loc = ("kolla", "globals", _PHYSICAL)
        yield Problem(there, reason, "name one for each bridge, in their order", ",".join(named))
    used: dict[str, str] = {}
    own = {net.interface: name for name, net in cloud.networks.defined().items() if name != "provider"}
    gateways = cloud.with_role("network")
    same = [bridge for bridge, interface in found.items() if bridge == interface]
    for bridge in same:
        loc: Loc = (
            (*_HERE, bridge) if bridge in kolla.neutron.bridges else ("networks", "provider", "interface")
        )
        fix = "name the host's interface, such as `eth1`; the bridge is created by Open vSwitch"
        yield Problem(loc, "is a bridge and its own interface", fix, bridge)
    for bridge, interface in kolla.neutron.bridges.items():
        if bridge in same:
            continue
        if interface in used:
            reason = f"is the interface of bridge `{used[interface]}` too"
            yield Problem((*_HERE, bridge), reason, "give each bridge its own interface", interface)
        used.setdefault(interface, bridge)
        carried = {
            cloud.networks.defined()[name].interface
            for host in gateways.values()
            for name in host.addresses
            if name in cloud.networks.defined()
        }
        if interface in own and interface in carried:
            reason = f"carries `{own[interface]}`: the bridge would take it away from the host"
            yield Problem((*_HERE, bridge), reason, "use an interface without addresses", interface)
            continue
        lacking = [
            name
            for name, host in gateways.items()
            if (profile := cloud.nic_profiles.get(host.nics)) and interface not in profile.interfaces()
        ]
        if lacking:
            reason = f"{listed(lacking)} {'has' if len(lacking) == 1 else 'have'} no such interface"
            fix = "add it to the NIC profile, or give the host its own in `cloud:kolla.hostVars`"
            if not all("neutron_external_interface" in kolla.host_vars.get(one, {}) for one in lacking):
                needs: tuple[Loc, ...] = (("nicProfiles",), ("hosts", "*", "nics"))
                yield Problem((*_HERE, bridge), reason, fix, interface, needs=needs)
