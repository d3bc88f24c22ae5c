"""The services' passwords: by which rule each is made, what is missing, how an upgrade merges them.

The rules are those of kolla-genpwd and kolla-mergepwd (kolla_ansible/cmd/), which are not installed where
this program runs; the names come from the release map.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import string
import uuid
from collections.abc import Iterable, Mapping
from typing import Any

import yaml
from cryptography.fernet import Fernet
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

LENGTH = 40
"""Characters of an ordinary password."""

_LETTERS = string.ascii_letters + string.digits
_UUIDS = {
    "rbd_secret_uuid", "cinder_rbd_secret_uuid", "gnocchi_project_id", "gnocchi_resource_id", "gnocchi_user_id",
    "designate_pool_id",
}  # fmt: skip
_HMACS = {"designate_rndc_key", "osprofiler_secret"}
_FERNETS = {"barbican_crypto_key"}
_SALTS = {"prometheus_bcrypt_salt"}
BLANK = {"docker_registry_password", "hnas_nfs_password", "infoblox_admin_password"}
"""What somebody else gives, or nobody: they may be empty."""
_RENAMED = {"valkey_master_password": "redis_master_password"}
_SALT = re.compile(r"[A-Za-z0-9./]{22}")

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

Passwords = dict[str, Any]
"""The mapping of a passwords.yml: a text for each name, `{private_key, public_key}` for an SSH key."""


def parse(text: str) -> Passwords | None:
    """The mapping in the text of a passwords.yml; none: it is not one. Never shows the text."""
    try:
        found = yaml.load(text, Loader=_LOADER)  # noqa: S506  # the safe one, in C where there is one
    except yaml.YAMLError:
        return None
    return found if isinstance(found, dict) else None


def dump(passwords: Mapping[str, Any]) -> str:
    """The text of a passwords.yml, sorted."""
    return yaml.safe_dump(dict(passwords), default_flow_style=False, sort_keys=True)


def missing(names: Iterable[str], have: Mapping[str, Any]) -> list[str]:
    """The names that a release needs and that have no value."""
    return sorted(name for name in names if name not in BLANK and not _filled(have.get(name)))


def faults(have: Mapping[str, Any]) -> dict[str, str]:
    """Values that Kolla-Ansible cannot use, by name, with the reason; never the value."""
    found = {}
    for name, value in have.items():
        if not _filled(value):
            continue
        if name.endswith("_ssh_key") and not isinstance(value, Mapping):
            found[name] = "is not a pair of `private_key` and `public_key`"
        elif name in _UUIDS and not _is_uuid(value):
            found[name] = "is not a UUID"
        elif name in _SALTS and not _SALT.fullmatch(str(value)):
            found[name] = "is not a salt of 22 characters"
        elif name in _FERNETS and not re.fullmatch(r"[A-Za-z0-9_-]{43}=", str(value)):
            found[name] = "is not a Fernet key (32 bytes in URL-safe Base64)"
    return found


def generate(name: str) -> Any:
    """A new value for a name, by kolla-genpwd's rule for it."""
    if name.endswith("_ssh_key"):
        return _ssh_key()
    if name in _UUIDS:
        return str(uuid.uuid4())
    if name in _HMACS:
        return hmac.new(str(uuid.uuid4()).encode(), b"", hashlib.md5).hexdigest()
    if name in _FERNETS:
        return Fernet.generate_key().decode()
    length = 22 if name in _SALTS else LENGTH
    return "".join(secrets.choice(_LETTERS) for _ in range(length))


def merged(names: Iterable[str], have: Mapping[str, Any], *, clean: bool = False) -> Passwords:
    """The passwords for a release: existing ones stay, missing ones are generated.

    Args:
        names: what the release needs.
        have: what there is.
        clean: drop what no release's file has (the site's own names too), as `kolla-mergepwd --clean`.
    """
    wanted = list(names)
    result = {name: value for name, value in have.items() if not clean or name in wanted}
    for name, former in _RENAMED.items():
        if name in wanted and not _filled(result.get(name)) and _filled(have.get(former)):
            result[name] = have[former]
    for name in wanted:
        if name in BLANK:
            result.setdefault(name, None)
        elif not _filled(result.get(name)):
            result[name] = generate(name)
    return result


def _filled(value: Any) -> bool:
    if isinstance(value, Mapping):
        return bool(value.get("private_key")) and bool(value.get("public_key"))
    return value is not None and str(value).strip() != ""


def _is_uuid(value: Any) -> bool:
    try:
        return str(uuid.UUID(str(value))) == str(value).lower()
    except ValueError:
        return False


def _ssh_key() -> dict[str, str]:
    key = rsa.generate_private_key(public_exponent=65537, key_size=4096)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    public = key.public_key().public_bytes(serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH)
    return {"private_key": private.decode(), "public_key": public.decode()}
