"""The `vault` provider put together: its schema and its resource types."""

from __future__ import annotations

from pathlib import Path

from toolchain.plugins.base.engine import Engine
from toolchain.plugins.base.provider import Provider
from toolchain.plugins.base.schema import Schema
from toolchain.plugins.vault.api import Api
from toolchain.plugins.vault.approle import APPROLE
from toolchain.plugins.vault.authorities import AUTHORITIES
from toolchain.plugins.vault.kind import Kind
from toolchain.plugins.vault.kv import KV
from toolchain.plugins.vault.mounts import MOUNTS
from toolchain.plugins.vault.pki import PKI
from toolchain.plugins.vault.policies import POLICIES

SCHEMA = Path(__file__).with_name("schema.json")
KINDS: dict[str, tuple[type[Api], Kind]] = {**MOUNTS, **POLICIES, **APPROLE, **PKI, **AUTHORITIES, **KV}


def provider(engine: Engine | None = None) -> Provider:
    """The provider, with its line to the engine."""
    schema = Schema(SCHEMA)
    resources = {token: api(kind, schema.resources[token]) for token, (api, kind) in KINDS.items()}
    return Provider(schema, resources, engine)
