"""NIC profiles against the networks and the hosts that have them."""

from __future__ import annotations

from collections.abc import Iterator

from config.checks.overlaps import used_by
from config.cloud import CloudConfig
from config.errors import Loc, Problem
from config.network import NicProfile
from config.types import NetworkName


def nics(cloud: CloudConfig) -> Iterator[Problem]:
    """Every interface of a profile has one purpose, and every network of a host an interface."""
    for name, profile in cloud.nic_profiles.items():
        yield from _members(("nicProfiles", name), profile)
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


def _members(loc: Loc, profile: NicProfile) -> Iterator[Problem]:
    seen: dict[str, str] = dict.fromkeys(profile.ethernets, "`ethernets`")
    for nic in sorted({nic for nic in profile.ethernets if profile.ethernets.count(nic) > 1}):
        yield Problem((*loc, "ethernets"), "is listed twice", "list each interface once", nic)
    for bond, settings in profile.bonds.items():
        if bond in profile.ethernets:
            reason = "is listed in `ethernets` too"
            yield Problem((*loc, "bonds", bond), reason, "remove it there: the bond makes the interface")
        for at, nic in enumerate(settings.members):
            here = (*loc, "bonds", bond, "members", at)
            if nic in profile.bonds:
                yield Problem(here, "is a bond itself", "name the physical interfaces", nic)
            elif nic in seen:
                reason = f"is in {seen[nic]} too; an interface has one use"
                yield Problem(here, reason, "remove it from one of the two", nic)
            seen.setdefault(nic, f"bond `{bond}`")


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
    for nic in profile.interfaces():
        if nic not in used:
            part = ("bonds", nic) if nic in profile.bonds else ("ethernets", profile.ethernets.index(nic))
            reason = "no network of the hosts with this profile uses the interface"
            fix = "name it in a network's `interface`, or remove it here"
            yield Problem(("nicProfiles", name, *part), reason, fix, nic, needs=needs)


def _carried(cloud: CloudConfig) -> Iterator[Problem]:
    """One problem for a profile and network, however many hosts have the profile."""
    told: set[tuple[str, str]] = set()
    for host_name, host in cloud.hosts.items():
        profile = cloud.nic_profiles.get(host.nics)
        for name in sorted(used_by(cloud, host_name) - _idle(cloud, host_name)):
            interface = cloud.networks.defined()[name].interface
            if profile and interface not in profile.interfaces() and (host.nics, name) not in told:
                told.add((host.nics, name))
                reason = f"has no `{interface}`, which carries `{name}` for {host_name}"
                fix = (
                    f"add it, give {host_name} another profile, or correct `cloud:networks.{name}.interface`"
                )
                needs: tuple[Loc, ...] = (("networks", name), ("nicProfiles", host.nics))
                yield Problem(("nicProfiles", host.nics), reason, fix, needs=needs)


def _idle(cloud: CloudConfig, host_name: str) -> set[NetworkName]:
    """`provider` on a hypervisor alone where Neutron puts no bridge on it."""
    kolla, roles = cloud.kolla, set(cloud.hosts[host_name].roles)
    bridged = kolla is None or kolla.neutron.distributed_fip or kolla.neutron.provider_networks
    return set() if bridged or "network" in roles else {"provider"}
