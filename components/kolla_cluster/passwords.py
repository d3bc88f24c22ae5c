"""passwords.yml of the deploy host: the stack's one secret, checked and completed by nothing. Secret."""

from __future__ import annotations

from config.cloud import CloudConfig
from config.kolla.passwords import BLANK, Passwords, dump, missing, parse
from config.kolla.secret_text import SecretText
from config.release_map import release

_MAKE = "run make kolla-passwords"


def read_passwords(config: CloudConfig) -> Passwords:
    """All passwords by name, with the registry's.

    Raises:
        ValueError: there are none, or some are missing; the message never shows one.
    """
    kolla = config.kolla
    if kolla is None or kolla.passwords is None:
        raise ValueError(f"cloud:kolla.passwords: is missing ({_MAKE})")
    have = parse(read_secret(kolla.passwords, "kolla.passwords"))
    if have is None:
        raise ValueError(f"cloud:kolla.passwords: is not a mapping of names to passwords ({_MAKE})")
    names = release(config.releases.openstack).passwords
    if lacking := missing(names, have):
        raise ValueError(f"cloud:kolla.passwords: {len(lacking)} missing: {', '.join(lacking)} ({_MAKE})")
    registry = kolla.images.registry_password
    result = {**dict.fromkeys(BLANK & set(names)), **have}
    if registry is not None:
        result["docker_registry_password"] = registry.get_secret_value()
    return result


def passwords_yaml(passwords: Passwords) -> str:
    """The text of passwords.yml."""
    return "---\n" + dump(passwords)


def read_secret(given: SecretText, where: str) -> str:
    """The text of a secret.

    Raises:
        ValueError: the file cannot be read; the message names the place, never the content.
    """
    if given.secret is not None:
        return given.secret.get_secret_value()
    if given.file is None:
        raise ValueError(f"cloud:{where}: give `file` or `secret`")
    try:
        return given.file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not a text file"
        raise ValueError(f"cloud:{where}.file: {given.file}: {reason}") from None
