"""The network of a host in netplan's terms (guide §2): bonds with LACP, VLANs, MTUs, addresses, routes."""

from __future__ import annotations

from typing import Any

import yaml

from components.host_prep.target import Target
from components.state import State
from config.kolla.hosts import hosts_of
from config.model.types import NetworkName
from config.site.networks import Network
from config.site.nics import Bond


class _Plain(yaml.SafeDumper):
    """Writes equal values out in full, not as references to each other."""

    def ignore_aliases(self, data: Any) -> bool:
        del data
        return True


# No address but the ones given here: an interface of the provider network or a bond's member has none at all.
_QUIET: dict[str, Any] = {"dhcp4": False, "dhcp6": False, "accept-ra": False, "link-local": []}


def networks_of(target: Target) -> dict[NetworkName, Network]:
    """The networks that this host takes part in.

    Those it has an address on, and the provider network where Neutron plugs into it: hypervisors without external
    bridges may have no interface for it.
    """
    there = target.cloud.nic_profiles[target.host.nics].interfaces()
    return {
        name: network
        for name, network in target.cloud.networks.defined().items()
        if name in target.host.addresses
        or (name == "provider" and target.has("network", "compute") and network.interface in there)
    }


def netplan(target: Target) -> State:
    """The state of the group `network`."""
    return {"netplan": {"content": render(target)}}


def render(target: Target) -> str:
    """The netplan file of a host."""
    used = networks_of(target)
    profile = target.cloud.nic_profiles[target.host.nics]
    ethernets: dict[str, Any] = {}
    bonds: dict[str, Any] = {}
    vlans: dict[str, Any] = {}
    for interface in dict.fromkeys(network.interface for network in used.values()):
        # A device carries the largest frame of the networks on it.
        mtu = max(network.mtu for network in used.values() if network.interface == interface)
        device = {**_QUIET, "mtu": mtu}
        if interface != used["management"].interface:
            # Only the way in must be up before the boot goes on.
            device["optional"] = True
        if bond := profile.bonds.get(interface):
            for member in bond.members:
                # One member may be dead at boot; the host must come up all the same.
                ethernets[member] = {**device, "optional": True}
            bonds[interface] = {**device, "interfaces": list(bond.members), "parameters": _parameters(bond)}
        else:
            ethernets[interface] = device
    for name, network in used.items():
        settings = _layer3(target, name, network)
        if network.vlan is not None:
            device = {"id": network.vlan, "link": network.interface, **_QUIET, "mtu": network.mtu}
            vlans[network.device()] = device | settings | ({} if name == "management" else {"optional": True})
        else:
            (bonds if network.interface in bonds else ethernets)[network.interface].update(settings)
    sections = {"ethernets": ethernets, "bonds": bonds, "vlans": vlans}
    content = {"version": 2, "renderer": "networkd", **{k: v for k, v in sections.items() if v}}
    return "# Managed by openstack-cloud.\n" + yaml.dump({"network": content}, Dumper=_Plain, sort_keys=False)


def _layer3(target: Target, name: NetworkName, network: Network) -> dict[str, Any]:
    address = target.host.addresses.get(name)
    if address is None or network.cidr is None:
        return {}
    # networkd's KeepConfiguration (CriticalConnection in older releases): it drops no address that it did not set,
    # so Keepalived's stay through a reload, a restart and a changed network.
    keeps = (
        {"critical": True} if network.vip and target.name in hosts_of(target.cloud, "loadbalancer") else {}
    )
    routes = [{"to": "default", "via": str(network.gateway)}] if network.gateway else []
    routes += [{"to": str(route.to), "via": str(route.via)} for route in network.routes]
    settings: dict[str, Any] = {**keeps, "addresses": [f"{address}/{network.cidr.prefixlen}"]}
    if routes:
        settings["routes"] = routes
    if network.nameservers:
        settings["nameservers"] = {
            "addresses": [str(server) for server in network.nameservers],
            "search": [str(target.cloud.domain)],
        }
    return settings


def _parameters(bond: Bond) -> dict[str, Any]:
    parameters: dict[str, Any] = {"mode": bond.mode, "mii-monitor-interval": bond.monitor_interval}
    if bond.mode == "802.3ad":
        parameters["lacp-rate"] = bond.lacp_rate
    if bond.mode != "active-backup":
        parameters["transmit-hash-policy"] = bond.hash_policy
    return parameters
