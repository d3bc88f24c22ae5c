"""The `openstack` provider put together: its schema and its resource types."""

from __future__ import annotations

from pathlib import Path

from toolchain.plugins.base.engine import Engine
from toolchain.plugins.base.provider import Provider
from toolchain.plugins.base.schema import Schema
from toolchain.plugins.openstack.api import Api
from toolchain.plugins.openstack.balancing import BALANCING
from toolchain.plugins.openstack.compute import COMPUTE
from toolchain.plugins.openstack.identity import IDENTITY
from toolchain.plugins.openstack.images import IMAGES
from toolchain.plugins.openstack.keymanager import KEYMANAGER
from toolchain.plugins.openstack.kind import Kind
from toolchain.plugins.openstack.network import NETWORK
from toolchain.plugins.openstack.quotas import QUOTAS
from toolchain.plugins.openstack.routing import ROUTING
from toolchain.plugins.openstack.security import SECURITY
from toolchain.plugins.openstack.volumes import VOLUMES

SCHEMA = Path(__file__).with_name("schema.json")
KINDS: dict[str, tuple[type[Api], Kind]] = {
    **IDENTITY,
    **COMPUTE,
    **IMAGES,
    **NETWORK,
    **ROUTING,
    **SECURITY,
    **QUOTAS,
    **VOLUMES,
    **BALANCING,
    **KEYMANAGER,
}


def provider(engine: Engine | None = None) -> Provider:
    """The provider, with its line to the engine."""
    schema = Schema(SCHEMA)
    resources = {token: api(kind, schema.resources[token]) for token, (api, kind) in KINDS.items()}
    return Provider(schema, resources, engine)
