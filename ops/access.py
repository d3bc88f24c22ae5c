"""Which hosts there are, by which key each is known, and as whom one logs in: out of the configuration."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import asyncssh

from config.cloud import CloudConfig
from config.model.text_source import SecretSource
from config.site import known_hosts


class HostError(Exception):
    """A host that could not be worked on: `kind` in one or two words, `str()` in one line."""

    def __init__(self, kind: str, detail: str) -> None:
        super().__init__(detail)
        self.kind = kind


@dataclass(frozen=True)
class Target:
    """One host as SSH sees it; `host_key` is `TYPE BASE64`."""

    name: str
    address: str
    host_key: str
    port: int = 22


@dataclass(frozen=True)
class Login:
    """Who logs in, with which key, by which way and how long an attempt may take (seconds)."""

    user: str
    key: asyncssh.SSHKey
    connect_timeout: float = 10
    bastion: Target | None = None
    bastion_user: str = ""


def targets(config: CloudConfig, host_keys: Mapping[str, str]) -> dict[str, Target]:
    """The active hosts with their pinned keys; "" for a host without one."""
    return {
        name: Target(name, str(host.addresses["management"]), host_keys.get(name, ""), config.ssh.port)
        for name, host in config.active().items()
    }


def reach(config: CloudConfig) -> tuple[dict[str, Target], Login]:
    """The active hosts, known by their pinned keys, and who logs in. Raises HostError as `login`."""
    return targets(config, config.host_keys()), login(config)


def login(config: CloudConfig) -> Login:
    """The operator's login. Raises HostError when the private key cannot be read."""
    ssh = config.ssh
    way = ssh.bastion
    return Login(
        user=ssh.user,
        key=private_key(ssh.key),
        connect_timeout=ssh.connect_timeout,
        bastion=Target("bastion", way.host, way.host_key, way.port) if way else None,
        bastion_user=way.user if way else "",
    )


def private_key(key: SecretSource) -> asyncssh.SSHKey:
    """Read a private key; its content never gets into an error."""
    try:
        text = key.read("ssh.key")
    except ValueError as error:
        raise HostError("no key", str(error)) from None
    try:
        return asyncssh.import_private_key(text)
    except (asyncssh.KeyImportError, asyncssh.KeyEncryptionError):
        where = "a secret of the stack" if key.secret else str(key.file)
        raise HostError("no key", f"cloud:ssh.key: {where}: not a private key without passphrase") from None


def fingerprint(host_key: str) -> str:
    """`TYPE SHA256:…` of a `TYPE BASE64` key, as ssh-keygen -l shows it."""
    return f"{host_key.split(maxsplit=1)[0]} {known_hosts.fingerprint(host_key)}"


def public_text(key: asyncssh.SSHKey) -> str:
    """A public key as `TYPE BASE64`."""
    return " ".join(key.export_public_key().decode().split()[:2])
