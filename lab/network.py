"""Bridges, NAT and cables. Each function here is a plan: the commands, not their effect."""

from __future__ import annotations

import json
from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from ipaddress import IPv4Address, IPv4Network
from pathlib import Path
from typing import Any

from lab.errors import LabError
from lab.topology import NETWORKS, PREFIX, Host, Network
from machine.commands import Argv

TABLE = "oc_lab"
"""The one nftables table of the lab."""

NAMESPACES = Path("/run/netns")

SYSCTLS = {
    "net.ipv4.ip_forward": 1,
    # Thirteen systemds share root's allowance; each takes about ten.
    "fs.inotify.max_user_instances": 4096,
}
"""Machine settings that the lab needs, at least this high."""


def bridges(present: AbstractSet[str] = frozenset()) -> list[Argv]:
    """The bridges with the machine's addresses on them; the first part of `up`.

    Args:
        present: the machine's interfaces. A bridge that an interrupted `up` left is completed.
    """
    plan: list[Argv] = []
    for network in NETWORKS.values():
        if network.bridge not in present:
            address = mac(network.cidr[1])
            plan.append(("ip", "link", "add", network.bridge, "address", address, "type", "bridge"))
        if network.gateway:
            address = f"{network.gateway}/{network.cidr.prefixlen}"
            plan.append(("ip", "address", "replace", address, "dev", network.bridge))
        plan.append(("ip", "link", "set", network.bridge, "up"))
        # Ask for a booting host's address every 0.1 s, not every second.
        neighbours = ("ip", "ntable", "change", "name", "arp_cache", "dev", network.bridge)
        plan.append((*neighbours, "retrans", "100"))
    return plan


def nat_table() -> str:
    """nftables: hosts reach what the machine reaches; the machine's own tables stay as they are."""
    subnets = ", ".join(str(network.cidr) for network in NETWORKS.values() if network.gateway)
    return f"""\
table inet {TABLE}
delete table inet {TABLE}
table inet {TABLE} {{
  chain forward {{
    type filter hook forward priority filter; policy accept;
    iifname "{PREFIX}*" accept
    oifname "{PREFIX}*" accept
  }}
  chain postrouting {{
    type nat hook postrouting priority srcnat; policy accept;
    ip saddr {{ {subnets} }} oifname != "{PREFIX}*" masquerade
  }}
}}
"""


def mac(address: IPv4Address) -> str:
    """A locally administered MAC address that belongs to an address: a host keeps it through a reset."""
    return "02:6f:" + ":".join(f"{byte:02x}" for byte in address.packed)


def cables(host: Host) -> str:
    """Input of `ip -batch`: a host's network namespace and its interfaces, plugged into the bridges."""
    lines = [f"netns add {host.namespace}"]
    for network in (NETWORKS[name] for name in host.cabled):
        # Where a host has no address of its own, its interface still needs a MAC of its own.
        unique = host.addresses.get(network.name, network.cidr[int(host.management) & 255])
        near, far = host.link(network.name), network.interface
        lines += [
            f"link add {near} type veth peer name {far} address {mac(unique)} netns {host.namespace}",
            f"link set {near} master {network.bridge} up",
        ]
    return "\n".join(lines) + "\n"


def unplug(host: Host) -> str:
    """Input of `ip -force -batch`: what `cables` made, or as much of it as there is."""
    links = [f"link delete {host.link(name)}" for name in host.cabled]
    return "\n".join([*links, f"netns delete {host.namespace}"]) + "\n"


def conflicts(routes: Iterable[dict[str, Any]]) -> None:
    """Refuse a machine that uses one of the lab's subnets itself.

    Args:
        routes: the answer of `ip -json route`.

    Raises:
        LabError: naming the subnet and the machine's interface.
    """
    for route in routes:
        if route["dst"] == "default" or route.get("dev", "").startswith(PREFIX):
            continue
        used = IPv4Network(route["dst"])
        for network in NETWORKS.values():
            # A single address inside is a route that leads away from the lab's subnet: it may stay.
            if used.prefixlen < 32 and used.overlaps(network.cidr):
                raise LabError(
                    f"{used} on {route.get('dev')} overlaps the lab's {network.name} network {network.cidr}: "
                    "run the lab on a machine without that network"
                )


def inside(address: str) -> Network | None:
    """The lab's network that an address of the outside world falls into, if any."""
    return next((network for network in NETWORKS.values() if IPv4Address(address) in network.cidr), None)


def way_out(address: str, answer: str) -> tuple[list[str], list[Argv]]:
    """Keep an outside address reachable although it lies in a subnet of the lab.

    The machine gets a route to it of its own, and answers for it on the lab's bridge. (Sites that map all
    package servers to one address out of the documentation ranges do exist.)

    Args:
        address: the outside address.
        answer: what `ip -json route get` said before the bridge was there.

    Returns:
        The route's arguments for `ip route add`, and the commands for the bridge.
    """
    network = inside(address)
    if network is None:
        raise ValueError(f"{address} is outside the lab's networks")
    found = json.loads(answer)[0]
    route = [f"{address}/32", *(("via", found["gateway"]) if "gateway" in found else ()), "dev", found["dev"]]
    return route, [("ip", "neighbour", "replace", "proxy", address, "dev", network.bridge)]
