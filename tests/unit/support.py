"""What the tests of several rooms share: the real stack files, and keys that open nothing."""

from __future__ import annotations

import base64
from functools import cache
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from config.stack_file.yaml_file import read_yaml

ROOT = Path(__file__).resolve().parents[2]
Raw = dict[str, Any]


def cloud_fields(*files: str) -> Raw:
    """The `cloud:` fields of stack files, without the namespace; later files go over earlier ones."""
    found: Raw = {}
    for name in files:
        values = read_yaml(ROOT / name).value
        found |= values.get("config", values)
    return {key.removeprefix("cloud:"): value for key, value in found.items() if key.startswith("cloud:")}


def host_key(host: str) -> str:
    """A host's public key: right in form, one for each name."""
    parts = (b"ssh-ed25519", host.encode().ljust(32, b"#"))
    blob = b"".join(len(part).to_bytes(4, "big") + part for part in parts)
    return f"ssh-ed25519 {base64.b64encode(blob).decode()}"


@cache
def private_key(mark: str, password: str | None = None) -> str:
    """A private key in OpenSSH's format, the same pair for the same mark."""
    key = Ed25519PrivateKey.from_private_bytes(mark.encode().ljust(32, b"."))
    locked = serialization.BestAvailableEncryption(password.encode()) if password else None
    form = (serialization.Encoding.PEM, serialization.PrivateFormat.OpenSSH)
    return key.private_bytes(*form, locked or serialization.NoEncryption()).decode()
