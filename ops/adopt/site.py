"""Hosts, roles, networks and the way to them: what the inventory and the interfaces' options say of the site."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator, Mapping
from ipaddress import IPv4Address
from typing import Any

from config.across.addresses import NEEDED_BY
from config.kolla.hosts import TOP
from config.model.types import NetworkName
from config.release_map import host_systems
from ops.adopt.effect import Effect
from ops.adopt.folder import Folder
from ops.adopt.inventory import Inventory
from ops.adopt.remark import AdoptError, Remark
from ops.new.draft import Fields, carrier

_INTERFACES: dict[NetworkName, str] = {
    "management": "network_interface",
    "public": "kolla_external_vip_interface",
    "tunnel": "tunnel_interface",
}
_EXAMPLE = ".example.com"
_NOBODYS = ("root", "kolla")
"""Users that the program cannot log in as (config/site/ssh.py)."""


def site(name: str, folder: Folder, want: Effect) -> Fields:
    """The fields besides `kolla` and `ceph`.

    Args:
        name: the stack.
        folder: what was read.
        want: its options in effect.
    """
    hosts = _hosts(folder.inventory)
    networks = _networks(want)
    return {
        "name": name,
        "domain": _domain(folder.inventory, want) or name + _EXAMPLE,
        "region": want.of("openstack_region_name") or "RegionOne",
        "releases": {"openstack": folder.series, "hostOs": _host_os(folder.series, want)},
        "networks": networks,
        "virtualRouterId": _number(want.of("keepalived_virtual_router_id"), 51),
        "nicProfiles": {},
        "hosts": hosts,
        "ssh": {
            "user": _user(folder.inventory),
            "key": {"file": f"~/.ssh/openstack-{name}"},
            "deployKey": {"file": f"~/.ssh/openstack-{name}-deploy"},
            "knownHosts": f"known_hosts.{name}",
        },
        "time": {
            "servers": [f"{n}.pool.ntp.org" for n in range(4)],
            "localClock": [host for host, said in hosts.items() if "control" in said["roles"]],
        },
    }


def joined(found: Any, given: Any, at: str = "the given fields") -> Any:
    """`given` over `found`, mapping by mapping. Raises AdoptError where only one of the two is a mapping."""
    if not isinstance(given, dict):
        return given
    if not isinstance(found, dict):
        raise AdoptError(at, "is a mapping where a single value belongs", "write it as in a stack file")
    below = {key: joined(found[key], value, f"{at}.{key}") for key, value in given.items() if key in found}
    return {**found, **given, **below}


def short(host: str) -> str:
    """A host's name in the stack file: an inventory's without its domain."""
    if host == "localhost":
        return "deploy"
    return host if _is_address(host) else host.partition(".")[0].lower()


def called_otherwise(inventory: Inventory) -> Iterator[Remark]:
    """Hosts that the stack file calls by another name."""
    for host in _placed(inventory):
        if short(host) != host and host != "localhost":
            do = f"rename files below `config/` that bear the old name; the host itself stays `{short(host)}`"
            yield Remark("inventory", host, f"is called `{short(host)}`: the domain is `cloud:domain`", do)


def assumed(given: Mapping[str, Any], domain: str) -> Iterator[Remark]:
    """What a stack file has to say and the folder does not, besides subnets and addresses."""
    lines = {
        "domain": ("the hosts have names without a domain", "give theirs"),
        "releases": ("no version of the hosts' system is named", "compare `hostOs` with /etc/os-release"),
        "nicProfiles": (
            "how bonds are made is not named: every device is an ethernet",
            "compare with `ip link`",
        ),
        "time": ("the NTP servers are public ones", "name those that the hosts have"),
        "ssh": (
            "the user and the keys are new ones",
            "name a user with sudo, and keys that the hosts accept",
        ),
    }
    for section, (why, do) in lines.items():
        if section not in given and (section != "domain" or domain.endswith(_EXAMPLE)):
            yield Remark(f"cloud:{section}", "", why, do)


def _placed(inventory: Inventory) -> tuple[str, ...]:
    """The hosts that have a role, in the order of Kolla-Ansible's groups."""
    return tuple(dict.fromkeys(host for group in (*TOP, "deployment") for host in inventory.hosts(group)))


def _hosts(inventory: Inventory) -> Fields:
    found: Fields = {}
    groups = {**{name: roles[0] for name, roles in TOP.items()}, "deployment": "deploy"}
    for host in _placed(inventory):
        at = str(inventory.variables(host).get("ansible_host", host))
        roles = [role for group, role in groups.items() if host in inventory.hosts(group)]
        known = _is_address(at) and not at.startswith("127.")
        found[short(host)] = {"roles": roles, "addresses": {"management": at} if known else {}}
    if not any("deploy" in said["roles"] for said in found.values()):
        found["deploy"] = {"roles": ["deploy"], "addresses": {}}
    return found


def _networks(want: Effect) -> Fields:
    """The networks that have a device or an address of their own; subnets are not said by Kolla-Ansible."""
    devices = {network: want.of(option) for network, option in _INTERFACES.items()}
    inside, outside = want.of("kolla_internal_vip_address"), want.of("kolla_external_vip_address")
    found: Fields = {"management": carrier(devices["management"])}
    if inside:
        found["management"]["vip"] = inside
    if (outside and outside != inside) or devices["public"] != devices["management"]:
        found["public"] = {**carrier(devices["public"]), "vip": outside}
    if devices["tunnel"] not in (devices["management"], devices["public"]):
        found["tunnel"] = carrier(devices["tunnel"])
    provider = want.of("neutron_external_interface").split(",")[0].strip()
    if provider and "{" not in provider:
        found["provider"] = carrier(provider)
    return found


def cabled(fields: Fields, want: Effect) -> Fields:
    """The fields with a NIC profile for each set of interfaces that hosts' networks need, where none is there."""
    if fields["nicProfiles"]:
        return fields
    found = copy.deepcopy(fields)
    bridged = [one.strip() for one in want.of("neutron_external_interface").split(",") if one.strip()]
    for host in found["hosts"].values():
        used = [
            name
            for name in found["networks"]
            if name in host["addresses"]
            or set(NEEDED_BY.get(name, ())) & set(host["roles"])
            or name == "management"
        ]
        nics = [found["networks"][name]["interface"] for name in used if name != "provider"]
        if {"network", "compute"} & set(host["roles"]):
            nics += [carrier(device)["interface"] for device in bridged]
        nics = list(dict.fromkeys(nics))
        host.setdefault("nics", "-".join(nics).replace(".", "-"))
        found["nicProfiles"].setdefault(host["nics"], {"ethernets": nics})
    return found


def _domain(inventory: Inventory, want: Effect) -> str:
    names = [host for host in _placed(inventory) if "." in host and not _is_address(host)]
    names += [
        name
        for side in ("internal", "external")
        if re.search(r"\.[a-z]", name := want.of(f"kolla_{side}_fqdn"))
    ]
    return names[0].partition(".")[2] if names else ""


def _host_os(series: str, want: Effect) -> str:
    distro = want.of("kolla_base_distro")
    systems = host_systems()[series]
    return next((one for one in systems if one.startswith(distro)), systems[-1])


def _user(inventory: Inventory) -> str:
    named = {str(inventory.variables(host).get("ansible_user", "")) for host in _placed(inventory)} - {
        "",
        *_NOBODYS,
    }
    return named.pop() if len(named) == 1 else "cloud"


def _number(text: str, otherwise: int) -> int:
    return int(text) if text.isdigit() else otherwise


def _is_address(text: str) -> bool:
    try:
        IPv4Address(text)
    except ValueError:
        return False
    return True
