"""Barbican: secrets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from toolchain.plugins.base.schema import Property
from toolchain.plugins.openstack.api import Api
from toolchain.plugins.openstack.kind import Kind
from toolchain.plugins.openstack.sdk import Fields, answer_of, if_there

if TYPE_CHECKING:
    from openstack.connection import Connection


class Secret(Api):
    """A secret. Its payload goes there and is never asked for again: who changes it by hand is not noticed."""

    def make(self, cloud: Connection, wanted: Mapping[str, Any]) -> Fields:
        """Store it; the id is the end of its reference."""
        made = cloud.key_manager.create_secret(**self.to_fields(wanted))
        return {"id": made.secret_ref.rstrip("/").rpartition("/")[2]}

    def fetch(self, cloud: Connection, identity: str, known: Mapping[str, Any]) -> Fields | None:
        """What is known of it, without the payload; its reference may stand for the id."""
        identity = identity.rstrip("/").rpartition("/")[2]
        found = if_there(lambda: answer_of(cloud.key_manager.get(f"/secrets/{identity}")))
        if found is None:
            return None
        metadata = answer_of(cloud.key_manager.get(f"/secrets/{identity}/metadata"))
        return {**found, "metadata": metadata.get("metadata") or {}, "id": identity}

    def finish(self, cloud: Connection, identity: str, wanted: Mapping[str, Any], now: Fields) -> None:
        """Set the metadata where it differs."""
        if "metadata" in wanted and wanted["metadata"] != now["metadata"]:
            answer_of(
                cloud.key_manager.put(f"/secrets/{identity}/metadata", json={"metadata": wanted["metadata"]})
            )

    def change(self, cloud: Connection, identity: str, changed: Mapping[str, Any], now: Fields) -> None:
        """Only metadata can change; taken away by an empty one."""
        if changed.get("metadata") == {}:
            answer_of(cloud.key_manager.put(f"/secrets/{identity}/metadata", json={"metadata": {}}))

    def value(self, name: str, kind: Property, fields: Mapping[str, Any]) -> Any:
        """As ever; all metadata is the metadata."""
        return super().value("metadata" if name == "allMetadata" else name, kind, fields)


KEYMANAGER = {
    "openstack:keymanager/secretV1:SecretV1": (
        Secret,
        Kind(
            "key_manager",
            "secret",
            fields={"createdAt": "created", "updatedAt": "updated"},
            defaults={"secretType": "opaque", "mode": "cbc", "algorithm": "aes"},
            write_only=frozenset({"payload", "payloadContentType", "payloadContentEncoding", "expiration"}),
            parts=frozenset({"metadata"}),
            refused={"acl": "set it with the openstack client"},
            status="status",
        ),
    ),
}
