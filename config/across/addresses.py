"""Hosts' addresses against the networks and against each other."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Address

from config.cloud import CloudConfig
from config.model.errors import Loc, Problem
from config.model.types import NetworkName, Role
from config.site.hosts import Host
from config.site.networks import Network, spelt, unusable

NEEDED_BY: dict[NetworkName, tuple[Role, ...]] = {
    "public": ("control",),
    "tunnel": ("network", "compute"),
    "storage": ("control", "compute", "storage"),
    "replication": ("storage",),
}
"""Which roles use a network, besides `management`, which all do."""


def addresses_fit(cloud: CloudConfig) -> Iterator[Problem]:
    """Every host has the addresses its roles need, and no address is wrong or had by two."""
    defined = cloud.networks.defined()
    for host_name, host in cloud.hosts.items():
        loc: Loc = ("hosts", host_name, "addresses")
        for name, address in host.addresses.items():
            network = defined.get(name)
            if network is None:
                fix = f"define `cloud:networks.{name}`, or remove the address"
                needs: tuple[Loc, ...] = (("networks", name),)
                yield Problem((*loc, name), "there is no such network", fix, str(address), needs=needs)
            elif network.cidr is None:
                if name == "provider":
                    reason = "hosts have no address on the provider network; Neutron owns it"
                    yield Problem((*loc, name), reason, "remove the address", str(address))
            else:
                yield from _on_network((*loc, name), address, network)
        yield from _missing(cloud, host_name, host)
    yield from _twice(cloud)


def _on_network(loc: Loc, address: IPv4Address, network: Network) -> Iterator[Problem]:
    fix = f"choose a free address of {network.cidr}"
    if network.cidr and (reason := unusable(address, network.cidr)):
        yield Problem(loc, reason, fix, str(address))
    if address == network.gateway:
        yield Problem(loc, "is the network's gateway too", fix, str(address))
    for pool in network.pools:
        if pool[0] <= address <= pool[1]:
            reason = f"is in the allocation pool {spelt(pool)}, so something else may get it"
            yield Problem(loc, reason, "shorten the pool, or move the host", str(address))


def _missing(cloud: CloudConfig, host_name: str, host: Host) -> Iterator[Problem]:
    defined = cloud.networks.defined()
    if "management" not in host.addresses:
        reason = "is missing: SSH and every service inside need it"
        yield Problem(("hosts", host_name, "addresses", "management"), reason, "add it")
    for name, roles in NEEDED_BY.items():
        using = [role for role in host.roles if role in roles]
        if name in defined and using and name not in host.addresses:
            reason = f"is missing: {' and '.join(using)} hosts use this network"
            needs: tuple[Loc, ...] = (("networks", name), ("hosts", host_name, "roles"))
            fix = f"add it, or leave `cloud:networks.{name}` out"
            yield Problem(("hosts", host_name, "addresses", name), reason, fix, needs=needs)


def _twice(cloud: CloudConfig) -> Iterator[Problem]:
    owners: dict[IPv4Address, tuple[str, str]] = {}
    for host_name, host in cloud.hosts.items():
        for name, address in host.addresses.items():
            first = owners.setdefault(address, (host_name, name))
            if first != (host_name, name):
                reason = f"is the address of {first[0]} on `{first[1]}` too"
                fix = "give each host its own address"
                yield Problem(("hosts", host_name, "addresses", name), reason, fix, str(address))
