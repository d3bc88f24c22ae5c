"""From answers to the fields of a stack file. What is wrong with an answer is left in, for the configuration's own checks."""

from __future__ import annotations

import re
from ipaddress import IPv4Address, IPv4Network
from typing import Any, get_args

from config.across.addresses import NEEDED_BY
from config.model.types import NetworkName, Role
from ops.new.questions import NONE, QUESTIONS, SELF_SIGNED, UPSTREAM, Answers

Fields = dict[str, Any]
"""Fields of `cloud:`, camelCase, in the order of the file."""

_PREFIXES: dict[Role, str] = {
    "control": "ctl",
    "network": "net",
    "compute": "cmp",
    "storage": "ceph",
    "monitoring": "mon",
    "deploy": "deploy",
}


def completed(answers: Answers) -> dict[str, str]:
    """The answers, with the default of every question that is asked and has none yet."""
    found = {"name": answers["name"]}
    for question in QUESTIONS:
        if question.wanted(found):
            given = answers.get(question.flag)
            found[question.flag] = question.default(found) if given is None else given
    return found


def home(name: str) -> str:
    """The folder of a stack's secrets, in the operator's home."""
    return f"~/.openstack-{name}"


def fields(answers: Answers) -> Fields:
    """The fields of the stack file that completed answers make."""
    name = answers["name"]
    networks, hosts = _networks(answers), _hosts(answers)
    clocks = [host for host, said in hosts.items() if "control" in said["roles"]]
    storage, metrics = answers["storage"] != NONE, answers["monitoring"] != NONE
    return {
        "name": name,
        "domain": answers["domain"],
        "region": answers["region"],
        "releases": {"openstack": answers["release"], "hostOs": answers["host-os"]},
        "networks": networks,
        "virtualRouterId": 51,
        "nicProfiles": _profiles(hosts, networks),
        "hosts": hosts,
        "ssh": {
            "user": "cloud",
            "key": {"file": f"~/.ssh/openstack-{name}"},
            "deployKey": {"file": f"~/.ssh/openstack-{name}-deploy"},
            "knownHosts": f"known_hosts.{name}",
        },
        "time": {"servers": [f"{n}.pool.ntp.org" for n in range(4)], "localClock": clocks},
        **({"ceph": _ceph()} if storage else {}),
        "kolla": _kolla(answers, storage=storage, metrics=metrics),
    }


def _networks(answers: Answers) -> Fields:
    found: Fields = {
        "management": {
            **carrier(answers["management-interface"]),
            "cidr": answers["management-network"],
            "gateway": answers["gateway"],
            "vip": answers["internal-vip"],
        }
    }
    if answers["public-network"] != NONE:
        public = carrier(answers["public-interface"])
        found["public"] = {**public, "cidr": answers["public-network"], "vip": answers["external-vip"]}
    if answers["storage"] != NONE:
        found["storage"] = {**carrier(answers["storage-interface"]), "cidr": answers["storage-network"]}
    found["provider"] = carrier(answers["provider-interface"])
    return found


def carrier(answer: str) -> Fields:
    """`eno1.20` is VLAN 20 on eno1."""
    tagged = re.fullmatch(r"(.+)\.([0-9]{1,5})", answer)
    return {"interface": tagged[1], "vlan": int(tagged[2])} if tagged else {"interface": answer}


def _hosts(answers: Answers) -> Fields:
    """One host for each address; named in several answers, it has several roles."""
    found: Fields = {}
    for role in get_args(Role):
        said = answers[role]
        entries = [] if said == NONE else [entry for entry in re.split(r"[,\s]+", said) if entry]
        for at, entry in enumerate(entries, start=1):
            named, _, address = entry.rpartition("=")
            same = (host for host, other in found.items() if other["addresses"]["management"] == address)
            name = named or next(same, None) or _free_name(role, at, found)
            host = found.setdefault(name, {"roles": [], "addresses": {"management": address}})
            if host["addresses"]["management"] != address:
                host["addresses"]["management"] = f"{host['addresses']['management']} and {address}"
            host["roles"].append(role)
    for host in found.values():
        host["addresses"] |= _beside(host, answers)
        host["nics"] = "-".join(host["roles"])
    return {name: {key: host[key] for key in ("roles", "nics", "addresses")} for name, host in found.items()}


def _free_name(role: Role, at: int, taken: Fields) -> str:
    prefix = _PREFIXES[role]
    if role == "deploy" and at == 1 and prefix not in taken:
        return prefix
    while f"{prefix}{at:02d}" in taken:
        at += 1
    return f"{prefix}{at:02d}"


def _beside(host: Fields, answers: Answers) -> dict[NetworkName, str]:
    """A host's addresses on the other networks: at the same place in each as on the management network."""
    found: dict[NetworkName, str] = {}
    wanted: tuple[tuple[NetworkName, str], ...] = (
        ("public", answers["public-network"]),
        ("storage", answers.get("storage-network", NONE)),
    )
    for network, cidr in wanted:
        if cidr != NONE and set(NEEDED_BY[network]) & set(host["roles"]):
            found[network] = _moved(host["addresses"]["management"], answers["management-network"], cidr)
    return found


def _moved(address: str, home_cidr: str, cidr: str) -> str:
    try:
        offset = int(IPv4Address(address)) - int(IPv4Network(home_cidr).network_address)
        return str(IPv4Network(cidr).network_address + offset)
    except ValueError:
        return address


def _profiles(hosts: Fields, networks: Fields) -> Fields:
    """A NIC profile for each set of roles, with the interfaces that its hosts' networks need."""
    found: Fields = {}
    for host in hosts.values():
        used = [*host["addresses"], *(["provider"] if {"network", "compute"} & set(host["roles"]) else [])]
        nics = found.setdefault(host["nics"], {"ethernets": []})["ethernets"]
        nics += [
            nic for nic in dict.fromkeys(networks[name]["interface"] for name in used) if nic not in nics
        ]
    return found


def _ceph() -> Fields:
    return {
        "mode": "cephadm",
        "version": "19.2.3",
        "osds": {"flash": {"dataDevices": {"rotational": False}}},
        "services": {"glance": {}, "cinder": {}, "cinder-backup": {}, "nova": {}},
    }


def _kolla(answers: Answers, *, storage: bool, metrics: bool) -> Fields:
    folder = home(answers["name"])
    own = answers["certificate"]
    trial = {"externalCertificate": {"file": f"{folder}/haproxy.pem"}, "ca": f"{folder}/ca.pem"}
    found: Fields = {
        "passwords": {"file": f"{folder}/passwords.yml"},
        "tls": trial if own == SELF_SIGNED else {"externalCertificate": {"file": own}},
    }
    if answers["registry"] != UPSTREAM:
        found["images"] = {"registry": answers["registry"]}
    elif answers["release"] >= "2026.1":
        found["globals"] = {"kolla_test_images": True}
    if storage:
        found["cinder"] = {"clusterName": "cinder"} if answers["release"] >= "2024.2" else {}
        found["coordination"] = {"backend": "valkey" if answers["release"] >= "2025.1" else "redis"}
    else:
        found |= {"glance": {"backend": "file"}, "nova": {"backend": "local"}, "cinder": {"enabled": False}}
    found["prometheus"], found["grafana"] = {"enabled": metrics}, {"enabled": metrics}
    return found
