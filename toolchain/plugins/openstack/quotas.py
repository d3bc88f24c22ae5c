"""Quotas of projects: they are always there; to make one is to change it, to delete it is to reset it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from toolchain.plugins.openstack.api import Api
from toolchain.plugins.openstack.kind import Kind
from toolchain.plugins.openstack.sdk import Fields

if TYPE_CHECKING:
    from openstack.connection import Connection


class Quota(Api):
    """The quotas of one service for one project; the id is `PROJECT/REGION`."""

    def make(self, cloud: Connection, wanted: Mapping[str, Any]) -> Fields:
        """Set what is wanted."""
        project = wanted["projectId"]
        self._call(cloud, "update")(project, **self.to_fields(wanted))
        return {"id": f"{project}/{cloud.config.get_region_name()}"}

    def fetch(self, cloud: Connection, identity: str, known: Mapping[str, Any]) -> Fields | None:
        """The quotas and whose they are."""
        project = identity.split("/", maxsplit=1)[0]
        found = self._call(cloud, "get")(project)
        return {**found.to_dict(original_names=True), "project_id": project, "id": identity}

    def change(self, cloud: Connection, identity: str, changed: Mapping[str, Any], now: Fields) -> None:
        """Set what changes."""
        self._call(cloud, "update")(now["project_id"], **self.to_fields(changed))

    def remove(self, cloud: Connection, identity: str, state: Mapping[str, Any]) -> None:
        """Back to the defaults."""
        verb = "delete" if self.kind.noun == "quota" else "revert"
        self._call(cloud, verb)(identity.split("/", maxsplit=1)[0])

    def to_fields(self, properties: Mapping[str, Any]) -> Fields:
        """As ever; the project is in the address, and quotas of volume types are fields of their own."""
        own = {name: v for name, v in properties.items() if name not in {"projectId", "volumeTypeQuota"}}
        return {**super().to_fields(own), **properties.get("volumeTypeQuota", {})}


QUOTAS = {
    "openstack:compute/quotaSetV2:QuotaSetV2": (
        Quota,
        Kind(
            "compute",
            "quota_set",
            fields={
                "injectedFileContentBytes": "injected_file_content_bytes",
                "injectedFilePathBytes": "injected_file_path_bytes",
            },
        ),
    ),
    "openstack:networking/quotaV2:QuotaV2": (Quota, Kind("network", "quota")),
    "openstack:blockstorage/quoteSetV3:QuoteSetV3": (
        Quota,
        Kind("block_storage", "quota_set", write_only=frozenset({"volumeTypeQuota"})),
    ),
}
