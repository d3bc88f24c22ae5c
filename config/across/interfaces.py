"""Interfaces: what NIC profiles have against what the networks of their hosts need."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from config.cloud import CloudConfig
from config.kolla.device_checks import devices_in
from config.model.errors import Loc, Problem, listed
from config.model.types import NetworkName
from config.site.networks import vlans_of
from config.site.nics import NicProfile


def interfaces_fit(cloud: CloudConfig) -> Iterator[Problem]:
    """Every network of a host has an interface, and no interface of a host two networks untagged or none."""
    for name, profile in cloud.nic_profiles.items():
        yield from _usage(cloud, name, profile)
    for name, host in cloud.hosts.items():
        if host.nics not in cloud.nic_profiles:
            known = ", ".join(cloud.nic_profiles)
            needs: tuple[Loc, ...] = (("nicProfiles", host.nics),)
            yield Problem(
                ("hosts", name, "nics"),
                "there is no such NIC profile",
                f"use one of: {known}",
                host.nics,
                needs=needs,
            )
    yield from _carried(cloud)
    yield from _untagged(cloud)


def _usage(cloud: CloudConfig, name: str, profile: NicProfile) -> Iterator[Problem]:
    hosts = [host_name for host_name, host in cloud.hosts.items() if host.nics == name]
    needs: tuple[Loc, ...] = (
        ("hosts", "*", "nics"),
        ("hosts", "*", "addresses"),
        ("hosts", "*", "roles"),
        ("networks",),
    )
    if not hosts:
        fix = "remove it, or name it in a host's `nics`"
        yield Problem(("nicProfiles", name), "no host has this profile", fix, needs=needs)
        return
    defined = cloud.networks.defined()
    used = {defined[network].interface for host_name in hosts for network in used_by(cloud, host_name)}
    if cloud.kolla and any({"network", "compute"} & set(cloud.hosts[host_name].roles) for host_name in hosts):
        used |= set(cloud.kolla.neutron.bridges.values())
    if cloud.kolla:
        named = [cloud.kolla.globals, *(cloud.kolla.host_vars.get(host_name, {}) for host_name in hosts)]
        used |= {device for options in named for _, device in devices_in(options)}
    for nic in profile.interfaces():
        if nic not in used:
            part = ("bonds", nic) if nic in profile.bonds else ("ethernets", profile.ethernets.index(nic))
            reason = "no network of the hosts with this profile uses the interface"
            fix = "name it in a network's `interface`, or remove it here"
            yield Problem(("nicProfiles", name, *part), reason, fix, nic, needs=needs)


def _carried(cloud: CloudConfig) -> Iterator[Problem]:
    """One problem for a profile and network, however many hosts have the profile."""
    reported: set[tuple[str, str]] = set()
    for host_name, host in cloud.hosts.items():
        profile = cloud.nic_profiles.get(host.nics)
        for name in sorted(used_by(cloud, host_name) - _idle(cloud, host_name)):
            interface = cloud.networks.defined()[name].interface
            if profile and interface not in profile.interfaces() and (host.nics, name) not in reported:
                reported.add((host.nics, name))
                reason = f"has no `{interface}`, which carries `{name}` for {host_name}"
                fix = (
                    f"add it, give {host_name} another profile, or correct `cloud:networks.{name}.interface`"
                )
                needs: tuple[Loc, ...] = (("networks", name), ("nicProfiles", host.nics))
                yield Problem(("nicProfiles", host.nics), reason, fix, needs=needs)


def _idle(cloud: CloudConfig, host_name: str) -> set[NetworkName]:
    """`provider` on a host whose device for it has another name, and on a hypervisor alone without a bridge of Neutron's."""
    kolla, roles = cloud.kolla, set(cloud.hosts[host_name].roles)
    if kolla and "neutron_external_interface" in kolla.host_vars.get(host_name, {}):
        return {"provider"}
    bridged = kolla is None or kolla.neutron.distributed_fip or kolla.neutron.provider_networks
    return set() if bridged or "network" in roles else {"provider"}


def _untagged(cloud: CloudConfig) -> Iterator[Problem]:
    """Two networks may use one untagged interface name on different hosts, never on the same one."""
    for (first, one), (second, other) in combinations(cloud.networks.defined().items(), 2):
        if one.vlan is not None or other.vlan is not None or one.interface != other.interface:
            continue
        both = [name for name in cloud.hosts if {first, second} <= used_by(cloud, name)]
        if both:
            reason = f"carries `{first}` untagged too, on {listed(both)}"
            fix = "tag one of the two with a `vlan`, or give it a separate interface"
            loc: Loc = ("networks", second, "interface")
            yield Problem(loc, reason, fix, other.interface, needs=vlans_of(first, second))


def used_by(cloud: CloudConfig, host_name: str) -> set[NetworkName]:
    """The networks a host takes part in; gateways and hypervisors do so in `provider` without an address."""
    host = cloud.hosts[host_name]
    provider: set[NetworkName] = {"provider"} if {"network", "compute"} & set(host.roles) else set()
    return (set(host.addresses) | provider) & set(cloud.networks.defined())
