"""Configurations for the tests of components: the real stack files, with keys that prove nothing."""

from __future__ import annotations

import base64
import copy
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from components.host_prep.target import SiteFiles
from components.keys import public_key
from config.cloud import CloudConfig
from config.load import load_mapping
from tests.unit.config.kolla_secrets import certificate, fake_passwords

ROOT = Path(__file__).parents[3]
GOLDEN = Path(__file__).parent / "golden"
STACKS = ("prod", "lab")
Raw = dict[str, Any]


def _text(*parts: bytes) -> bytes:
    return b"".join(len(part).to_bytes(4, "big") + part for part in parts)


def fake_key(mark: str) -> str:
    """A text in the format of an OpenSSH private key that opens nothing; `mark` makes it recognisable."""
    public = _text(b"ssh-ed25519", mark.encode().ljust(32, b"."))
    body = b"openssh-key-v1\0" + _text(b"none", b"none", b"") + (1).to_bytes(4, "big")
    body += _text(public, f"private half of {mark}".encode())
    lines = base64.encodebytes(body).decode()
    return f"-----BEGIN OPENSSH PRIVATE KEY-----\n{lines}-----END OPENSSH PRIVATE KEY-----\n"


OPERATOR_KEY = fake_key("operator")
DEPLOY_KEY = fake_key("deploy")


def host_key(host: str) -> str:
    """A host key of its own for each name."""
    return f"ssh-ed25519 {base64.b64encode(_text(b'ssh-ed25519', host.encode().ljust(32, b'#'))).decode()}"


@cache
def _stack(name: str) -> Raw:
    keys: Raw = yaml.safe_load((ROOT / f"Pulumi.{name}.yaml").read_text())["config"]
    if name == "lab":
        keys |= yaml.safe_load((ROOT / "lab" / "profiles" / "cloud.yaml").read_text())
    raw = {key.removeprefix("cloud:"): value for key, value in keys.items() if key.startswith("cloud:")}
    raw["ssh"] = {k: v for k, v in raw["ssh"].items() if k != "knownHosts"}
    raw["ssh"] |= {"key": {"secret": OPERATOR_KEY}, "deployKey": {"secret": DEPLOY_KEY}}
    if "kolla" in raw:
        raw["kolla"]["passwords"] = {"secret": fake_passwords(str(raw["releases"]["openstack"]))}
        if raw["kolla"]["tls"].get("external", True):
            names = (raw["kolla"]["externalFqdn"], raw["kolla"]["internalFqdn"])
            raw["kolla"]["tls"]["externalCertificate"] = {"secret": certificate(*names)}
    for host in raw["hosts"]:
        raw["hosts"][host]["hostKey"] = host_key(host)
    return raw


def cloud(stack: str, change: Callable[[Raw], None] | None = None, *, secrets: bool = True) -> CloudConfig:
    """The cloud of a stack file, perhaps with a change to its raw fields; `secrets`: they have to be there."""
    raw = copy.deepcopy(_stack(stack))
    if change:
        change(raw)
    return load_mapping(raw, f"Pulumi.{stack}.yaml", ROOT, require_host_keys=secrets)


def files(ca_bundle: str | None = None) -> SiteFiles:
    """What the configuration's files hold."""
    return SiteFiles(DEPLOY_KEY, public_key(DEPLOY_KEY, "ssh.deployKey"), ca_bundle)
