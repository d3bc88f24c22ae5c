"""A cache of Ansible's facts (`fact_caching = jsonfile`): what the hosts said of their addresses when they were asked last."""

from __future__ import annotations

import json
from ipaddress import IPv4Interface
from pathlib import Path
from typing import Any

from ops.adopt.remark import AdoptError
from ops.adopt.site import short
from ops.new.draft import Fields

_OWN = "ansible_"

Facts = dict[str, dict[str, Any]]
"""By host, then by name."""


def read_facts(folder: Path) -> Facts:
    """Facts by the host's name in the stack file, without `ansible_`. Raises AdoptError."""
    if not folder.is_dir():
        raise AdoptError(
            folder, "is no folder", "name the folder of `fact_caching_connection`, with a file for each host"
        )
    found: Facts = {}
    for file in sorted(one for one in folder.iterdir() if one.is_file() and not one.name.startswith(".")):
        try:
            said = json.loads(file.read_text(encoding="utf-8"))
            facts = {str(name).removeprefix(_OWN): value for name, value in said.items()}
        except (OSError, ValueError, AttributeError):
            raise AdoptError(file, "is no mapping in JSON", "name a folder that holds facts alone") from None
        found[short(file.name)] = facts
    return found


def addressed(fields: Fields, facts: Facts) -> Fields:
    """Subnets of the networks, the gateway and hosts' addresses, as far as the facts say them; only what they say."""
    networks: Fields = {}
    hosts: Fields = {}
    for host in fields["hosts"]:
        own = facts.get(host, {})
        for name, network in fields["networks"].items():
            on = _interface(own, _device(network)) if name != "provider" else None
            if on is not None:
                hosts.setdefault(host, {"addresses": {}})["addresses"][name] = str(on.ip)
                networks.setdefault(name, {"cidr": str(on.network)})
                _gateway(networks[name], own, on)
    return {"networks": networks, "hosts": hosts}


def _device(network: Fields) -> str:
    return f"{network['interface']}.{network['vlan']}" if "vlan" in network else str(network["interface"])


def _interface(facts: dict[str, Any], device: str) -> IPv4Interface | None:
    """The first address of a device; Ansible writes `_` for what no variable's name may have."""
    said: Any = facts.get(device.replace("-", "_").replace(".", "_"), facts.get(device))
    try:
        return IPv4Interface(f"{said['ipv4']['address']}/{said['ipv4']['netmask']}")
    except (TypeError, KeyError, ValueError):
        return None


def _gateway(network: Fields, facts: dict[str, Any], on: IPv4Interface) -> None:
    default = facts.get("default_ipv4")
    if isinstance(default, dict) and default.get("address") == str(on.ip) and default.get("gateway"):
        network.setdefault("gateway", default["gateway"])
