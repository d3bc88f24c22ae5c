"""A stack file of N hosts that do not exist: the lab's cloud with more computes, on loopback addresses."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network
from pathlib import Path
from typing import Any

import asyncssh
import yaml

from ops.access import public_text

MANAGEMENT = IPv4Address("127.80.0.0")
STORAGE = IPv4Address("127.96.0.0")
FIXED = {"control": 3, "network": 2, "storage": 3, "monitoring": 1, "deploy": 1}


def fields(
    source: dict[str, Any], count: int, port: int, folder: Path
) -> tuple[dict[str, Any], dict[str, str]]:
    """The `cloud:` fields for so many hosts, and each address's private host key (OpenSSH text).

    Args:
        source: the fields of the stack that the rest is taken from (the lab's).
        count: how many hosts; at least 12.
        port: where a stand-in for all of them may listen.
        folder: gets the login's and the deploy host's key.
    """
    roles = [role for role, number in FIXED.items() for _ in range(number)]
    roles += ["compute"] * (count - len(roles))
    template = {host["roles"][0]: host for host in reversed(source["hosts"].values())}
    hosts, secrets = {}, {}
    for number, role in enumerate(roles):
        key = asyncssh.generate_private_key("ssh-ed25519")
        address = str(MANAGEMENT + 256 + number)
        uses = template[role]["addresses"]
        host = {k: v for k, v in template[role].items() if k in {"roles", "nics"}}
        host["addresses"] = {use: _address(source, use, number, address) for use in uses}
        host["hostKey"] = public_text(key)
        hosts[f"sim{number:04d}"] = host
        secrets[address] = key.export_private_key().decode()
    networks = {name: dict(network) for name, network in source["networks"].items()}
    networks["management"] |= {
        "cidr": f"{MANAGEMENT}/16",
        "gateway": str(MANAGEMENT + 1),
        "vip": str(MANAGEMENT + 2),
    }
    if "storage" in networks:
        networks["storage"] |= {"cidr": f"{STORAGE}/16"}
    names = {"key": {"file": str(folder / "sim_key")}, "deployKey": {"file": str(folder / "sim_deploy")}}
    for name in names.values():
        _key_file(Path(name["file"]))
    ssh = {"user": "cloud", "port": port, **names}
    time = {**source["time"], "localClock": []}
    return {**source, "networks": networks, "hosts": hosts, "ssh": ssh, "time": time}, secrets


def _address(source: dict[str, Any], use: str, number: int, management: str) -> str:
    if use == "management":
        return management
    if use == "storage":
        return str(STORAGE + 256 + number)
    # Only the control hosts have more, and they are as many as in the source.
    return str(IPv4Network(source["networks"][use]["cidr"])[number + 11])


def _key_file(path: Path) -> None:
    if not path.exists():
        path.touch(mode=0o600)
        key = asyncssh.generate_private_key("ssh-ed25519")
        path.write_bytes(key.export_private_key())
        path.with_name(f"{path.name}.pub").write_bytes(key.export_public_key())


def stack_text(values: dict[str, Any]) -> str:
    """A stack file with these fields; JSON is YAML."""
    config = {
        "pulumi:disable-default-providers": ["*"],
        **{f"cloud:{key}": value for key, value in values.items()},
    }
    return yaml.safe_dump({"config": config}, sort_keys=False)
