"""Every secret of a cloud: what follows from its stack file. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from config.cloud import CloudConfig
from config.release_map import release
from ops.rotate.ways import Way, of_kolla, ways

DEPLOY_KEY = "deploy-ssh-key"


@dataclass(frozen=True)
class Secret:
    """One of them."""

    name: str
    """For WHAT; of Kolla's passwords the name in passwords.yml."""
    way: Way
    of: str
    """Whose it is."""


def secrets(config: CloudConfig) -> list[Secret]:
    """All, those of the hosts first."""
    return [Secret(name, ways()[way], of) for name, way, of in _all(config)]


def _all(config: CloudConfig) -> Iterator[tuple[str, str, str]]:
    yield "operator-ssh-key", "operator's key", "hosts"
    yield "certificates", "certificates", "hosts and services"
    if config.with_role("deploy"):
        yield DEPLOY_KEY, "deploy key", "hosts"
    if config.vault is not None:
        yield "vault-login-pulumi", "vault login", "vault"
        yield "vault-login-snapshots", "vault login", "vault"
        yield "vault-shares", "vault shares", "vault"
        for name in config.vault.contents.services if config.vault.contents else ():
            yield f"vault-login-{name}", "one use", "vault"
    if config.ceph is not None:
        yield "ceph-keys", "ceph keys", "Ceph"
    if config.kolla is not None:
        yield "keystone-fernet-keys", "fernet", "Keystone"
        yield "keystone-credential-keys", "credentials", "Keystone"
        for name in sorted(release(config.releases.openstack).passwords):
            yield name, of_kolla(name), "Kolla-Ansible"
