"""Configurations for the tests of components: the real stack files, with keys that open nothing."""

from __future__ import annotations

import base64
import copy
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import yaml

from components.host_prep.target import SiteFiles
from components.keys import public_key
from config.cloud import CloudConfig
from config.load import load_mapping
from lab import stack_file
from ops.own_certificate import own_certificate
from tests.unit.config.kolla_secrets import certificate, fake_passwords
from tests.unit.support import ROOT, Raw, cloud_fields, host_key, private_key

__all__ = ["DEPLOY_KEY", "GOLDEN", "OPERATOR_KEY", "ROOT", "STACKS", "Raw", "cloud", "files", "host_key"]

GOLDEN = Path(__file__).parent / "golden"
STACKS = ("prod", "lab")
OPERATOR_KEY = private_key("operator")
DEPLOY_KEY = private_key("deploy")


_PUBLIC_KEY_PACKET = base64.b64encode(b"\x98\x33rest").decode()
_OPERATORS_PGP_KEY = (
    f"-----BEGIN PGP PUBLIC KEY BLOCK-----\n\n{_PUBLIC_KEY_PACKET}\n-----END PGP PUBLIC KEY BLOCK-----\n"
)


@cache
def _files() -> tempfile.TemporaryDirectory[str]:
    """Where files that a stack file names are; gone when the tests end."""
    return tempfile.TemporaryDirectory(prefix="oc-unit-")


def vault_files(raw: Raw) -> None:
    """Give the vault of a stack's raw fields the files that it names; they open nothing."""
    vault, folder = raw["vault"], Path(_files().name)
    nodes = [host for host in raw["hosts"].values() if "control" in host["roles"]]
    made = own_certificate("unit", [host["addresses"]["management"] for host in nodes], datetime.now(UTC), 30)
    texts = {
        "vault.pem": made.certificate,
        "vault.key": made.key,
        "ca.pem": made.ca,
        "operator.asc": _OPERATORS_PGP_KEY,
        "seal.key": base64.b64encode(b"s" * 32).decode(),
    }
    for name, text in texts.items():
        (folder / name).write_text(text)
        (folder / name).chmod(0o600)
    vault["tls"] = {
        "certificate": str(folder / "vault.pem"),
        "ca": str(folder / "ca.pem"),
        "key": {"file": str(folder / "vault.key")},
    }
    vault["seal"]["staticKey"] = {"file": str(folder / "seal.key")}
    vault["operators"]["pgpKeys"] = {"operator": str(folder / "operator.asc")}


def lab_fields() -> Raw:
    """The `cloud:` fields of the lab's stack file, as `make lab` writes it."""
    base = (ROOT / "Pulumi.lab.yaml").read_text()
    release = yaml.safe_load(base)["config"]["cloud:releases"]["openstack"]
    sections = stack_file.sections("cloud", str(release))
    config = yaml.safe_load(stack_file.assembled(base, sections, ""))["config"]
    return {key.removeprefix("cloud:"): value for key, value in config.items() if key.startswith("cloud:")}


@cache
def _stack(name: str) -> Raw:
    raw = lab_fields() if name == "lab" else cloud_fields(f"Pulumi.{name}.yaml")
    raw["ssh"] = {k: v for k, v in raw["ssh"].items() if k != "knownHosts"}
    raw["ssh"] |= {"key": {"secret": OPERATOR_KEY}, "deployKey": {"secret": DEPLOY_KEY}}
    if "kolla" in raw:
        raw["kolla"]["passwords"] = {"secret": fake_passwords(str(raw["releases"]["openstack"]))}
        if raw["kolla"]["tls"].get("external", True):
            names = (raw["kolla"]["externalFqdn"], raw["kolla"]["internalFqdn"])
            raw["kolla"]["tls"]["externalCertificate"] = {"secret": certificate(*names)}
    if "vault" in raw:
        vault_files(raw)
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
