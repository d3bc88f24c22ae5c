"""Reads and validates Kolla's passwords, the passwords.yml of the deploy host; never generates any. Secret."""

from __future__ import annotations

from components.observability.plan import secrets_of
from config.cloud import CloudConfig
from config.kolla.passwords import BLANK, Passwords, dump, faults, missing, parse
from config.release_map import release

_MAKE = "run make kolla-passwords"


def read_passwords(cloud: CloudConfig, of_vault: Passwords | None = None) -> Passwords:
    """All passwords by name, with the registry's and those of alerts and dashboards.

    Args:
        cloud: the whole configuration.
        of_vault: what the vault has of them; None: they are not kept there.

    Raises:
        ValueError: there are none, or some are missing or unusable; the message never shows one.
    """
    kolla = cloud.kolla
    if kolla is None or kolla.passwords is None:
        raise ValueError(f"cloud:kolla.passwords: is missing ({_MAKE})")
    have = of_vault if of_vault is not None else parse(kolla.passwords.read("kolla.passwords"))
    if have is None:
        raise ValueError(f"cloud:kolla.passwords: is not a mapping of names to passwords ({_MAKE})")
    names = release(cloud.releases.openstack).passwords
    if lacking := missing(names, have):
        raise ValueError(f"cloud:kolla.passwords: {len(lacking)} missing: {', '.join(lacking)} ({_MAKE})")
    if unusable := faults(have):
        words = "; ".join(f"`{name}` {reason}" for name, reason in unusable.items())
        raise ValueError(f"cloud:kolla.passwords: {words} (remove them there, and {_MAKE})")
    registry = kolla.images.registry_password
    result = {**dict.fromkeys(BLANK & set(names)), **have, **secrets_of(cloud)}
    if registry is not None:
        result["docker_registry_password"] = registry.get_secret_value()
    return result


def passwords_yaml(passwords: Passwords) -> str:
    """The text of passwords.yml."""
    return "---\n" + dump(passwords)
