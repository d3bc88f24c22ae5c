"""Every secret of a cloud: what follows from its stack file. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, SecretStr

from config.cloud import CloudConfig
from config.model.text_source import SecretSource
from config.release_map import release
from ops.rotate.ways import Way, of_kolla, ways

DEPLOY_KEY = "deploy-ssh-key"

_OF_PLACES: Mapping[str, str | None] = {
    "cloud:ssh.": None,
    "cloud:kolla.passwords": None,
    "cloud:kolla.images.": None,
    "cloud:kolla.tls.": "certificates",
    "cloud:kolla.octavia.": "certificates",
    "cloud:vault.tls.": "certificates",
    "cloud:vault.seal.": "vault seal",
}
"""Ways of the secrets that the stack file gives, by the beginning of their place; none: they have a name of their own."""


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
    yield "stack-passphrase", "passphrase", "stack file"
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
    for place in _given(config, "cloud:"):
        way = next((way for prefix, way in _OF_PLACES.items() if place.startswith(prefix)), "somebody else's")
        if way is not None:
            yield place, way, "stack file"
    if config.kolla is not None:
        yield "keystone-fernet-keys", "fernet", "Keystone"
        yield "keystone-credential-keys", "credentials", "Keystone"
        for name in sorted(release(config.releases.openstack).passwords):
            yield name, of_kolla(name), "Kolla-Ansible"


def _given(value: Any, place: str) -> Iterator[str]:
    """Places of all secrets that the stack file gives, whatever section they are in."""
    if isinstance(value, SecretStr | SecretSource):
        yield place
    elif isinstance(value, BaseModel):
        joint = "" if place.endswith(":") else "."
        for name, field in type(value).model_fields.items():
            yield from _given(getattr(value, name), f"{place}{joint}{field.alias or name}")
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from _given(item, f"{place}.{key}")
    elif isinstance(value, list | tuple):
        for at, item in enumerate(value):
            yield from _given(item, f"{place}[{at}]")
