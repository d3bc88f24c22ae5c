"""Cinder: volume types."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from toolchain.plugins.openstack.api import Api
from toolchain.plugins.openstack.kind import Kind
from toolchain.plugins.openstack.sdk import Fields

if TYPE_CHECKING:
    from openstack.connection import Connection


class VolumeType(Api):
    """A volume type; its extra specs have calls of their own."""

    def finish(self, cloud: Connection, identity: str, wanted: Mapping[str, Any], now: Fields) -> None:
        """Add and change what is wanted, take away what is not."""
        specs, there = wanted.get("extraSpecs"), now.get("extra_specs") or {}
        if specs is None:
            return
        if changed := {name: value for name, value in specs.items() if there.get(name) != value}:
            cloud.block_storage.update_type_extra_specs(identity, **changed)
        if gone := there.keys() - specs.keys():
            cloud.block_storage.delete_type_extra_specs(identity, sorted(gone))


VOLUMES = {
    "openstack:blockstorage/volumeTypeV3:VolumeTypeV3": (
        VolumeType,
        Kind(
            "block_storage",
            "type",
            fields={"isPublic": "os-volume-type-access:is_public"},
            parts=frozenset({"extraSpecs"}),
        ),
    ),
}
