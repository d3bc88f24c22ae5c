"""Options that name an interface: it is one of the host's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from config.model.errors import Loc, Problem

if TYPE_CHECKING:
    from config.cloud import CloudConfig
    from config.kolla import KollaSettings

_END = "_interface"
_OTHERS = (
    "openstack_interface",
    "service_ks_register_interface",
    "octavia_network_interface",
    "bifrost_network_interface",
)
"""Kinds of endpoints, and devices that Octavia or the site makes."""


def devices(cloud: CloudConfig, kolla: KollaSettings) -> Iterator[Problem]:
    """Devices in `kolla.globals` and `kolla.hostVars` that no NIC profile has."""
    everywhere = {device for host in cloud.active() for device in _of(cloud, host)} | set(
        kolla.neutron.bridges
    )
    yield from _lacking(("kolla", "globals"), kolla.globals, everywhere, "no host has such an interface")
    for host, own in kolla.host_vars.items():
        if host in cloud.hosts and (here := _of(cloud, host)):
            yield from _lacking(
                ("kolla", "hostVars", host),
                own,
                here | set(kolla.neutron.bridges),
                f"{host} has no such interface",
            )


def _of(cloud: CloudConfig, host: str) -> set[str]:
    """What a host's NIC profile and the networks on it give it."""
    profile = cloud.nic_profiles.get(cloud.hosts[host].nics)
    if profile is None:
        return set()
    carried = set(profile.interfaces())
    vlans = {
        network.device() for network in cloud.networks.defined().values() if network.interface in carried
    }
    members = {nic for bond in profile.bonds.values() for nic in bond.members}
    return carried | vlans | members


def devices_in(options: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The options that name devices of hosts, with each device; those in Jinja only Ansible can tell."""
    for name, value in options.items():
        if name.endswith(_END) and name not in _OTHERS and isinstance(value, str) and "{{" not in value:
            yield from ((name, device.strip()) for device in value.split(",") if device.strip())


def _lacking(loc: Loc, options: Mapping[str, Any], there: set[str], reason: str) -> Iterator[Problem]:
    for name, device in devices_in(options):
        if not {device, device.partition(".")[0]} & there:  # a VLAN may be the site's own
            fix = f"use one of: {', '.join(sorted(there))}; or add it to the NIC profile"
            needs: tuple[Loc, ...] = (("nicProfiles",), ("hosts",), ("networks",))
            yield Problem((*loc, name), reason, fix, device, needs=needs)
