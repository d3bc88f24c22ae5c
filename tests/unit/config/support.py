"""What the tests of the configuration share: prod with changes, and keys that look like keys."""

from __future__ import annotations

import base64
import copy
import hashlib
import re
import struct
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from config.sealed import unseal
from config.yaml_file import read_yaml

ROOT = Path(__file__).resolve().parents[3]


@cache
def _stack(name: str) -> dict[str, Any]:
    config: dict[str, Any] = read_yaml(ROOT / f"Pulumi.{name}.yaml").value["config"]
    return config


def fields(
    stack: str = "prod", set_: Mapping[str, Any] | None = None, unset: Iterable[str] = ()
) -> dict[str, Any]:
    """The fields of a stack file, some set (by path) or taken out."""
    raw = {k.removeprefix("cloud:"): v for k, v in _stack(stack).items() if k.startswith("cloud:")}
    raw = copy.deepcopy(raw)
    for path, value in (set_ or {}).items():
        parent, last = _parent(raw, path)
        parent[last] = copy.deepcopy(value)
    for path in unset:
        parent, last = _parent(raw, path)
        del parent[last]
    return unseal(raw, {})[0]


def _parent(raw: Any, path: str) -> tuple[Any, Any]:
    steps = [int(step) if step.isdigit() else step for step in re.findall(r"[^.\[\]]+", path)]
    for step in steps[:-1]:
        raw = raw[step]
    return raw, steps[-1]


def host_key(seed: str) -> str:
    """An ed25519 public key: right in form, the same for the same seed."""
    parts = (b"ssh-ed25519", hashlib.sha256(seed.encode()).digest())
    blob = b"".join(struct.pack(">I", len(part)) + part for part in parts)
    return f"ssh-ed25519 {base64.b64encode(blob).decode()}"


def openssh_private_key(cipher: str = "none") -> str:
    """The outside of a private key in OpenSSH's format."""
    blob = b"openssh-key-v1\0" + struct.pack(">I", len(cipher)) + cipher.encode() + bytes(40)
    body = base64.b64encode(blob).decode()
    return f"-----BEGIN OPENSSH PRIVATE KEY-----\n{body}\n-----END OPENSSH PRIVATE KEY-----\n"
