"""Configurations for the tests of components: the real stack files, with keys that open nothing."""

from __future__ import annotations

import copy
from collections.abc import Callable
from functools import cache
from pathlib import Path

from components.host_prep.target import SiteFiles
from components.keys import public_key
from config.cloud import CloudConfig
from config.load import load_mapping
from tests.unit.config.kolla_secrets import certificate, fake_passwords
from tests.unit.support import ROOT, Raw, cloud_fields, host_key, private_key

__all__ = ["DEPLOY_KEY", "GOLDEN", "OPERATOR_KEY", "ROOT", "STACKS", "Raw", "cloud", "files", "host_key"]

GOLDEN = Path(__file__).parent / "golden"
STACKS = ("prod", "lab")
OPERATOR_KEY = private_key("operator")
DEPLOY_KEY = private_key("deploy")


@cache
def _stack(name: str) -> Raw:
    profile = ("lab/profiles/cloud.yaml",) if name == "lab" else ()
    raw = cloud_fields(f"Pulumi.{name}.yaml", *profile)
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
