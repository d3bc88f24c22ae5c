"""Neutron: networks and what hangs on them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from toolchain.plugins.base.schema import Property
from toolchain.plugins.openstack.api import Api
from toolchain.plugins.openstack.kind import Kind
from toolchain.plugins.openstack.sdk import Fields

if TYPE_CHECKING:
    from openstack.connection import Connection

_SEGMENT = {
    "networkType": "provider:network_type",
    "physicalNetwork": "provider:physical_network",
    "segmentationId": "provider:segmentation_id",
}
TAGS = frozenset({"tags"})
NEUTRON = {"tenantId": "project_id"}


class Tagged(Api):
    """An object with tags, which Neutron keeps apart from it."""

    def finish(self, cloud: Connection, identity: str, wanted: Mapping[str, Any], now: Fields) -> None:
        """Set the tags where they differ."""
        if "tags" in wanted and sorted(wanted["tags"]) != sorted(now.get("tags") or []):
            cloud.network.set_tags(self._call(cloud, "get")(identity), wanted["tags"])

    def change(self, cloud: Connection, identity: str, changed: Mapping[str, Any], now: Fields) -> None:
        """As ever, and tags that the program no longer sets are taken away."""
        super().change(cloud, identity, changed, now)
        if changed.get("tags") == []:
            cloud.network.set_tags(self._call(cloud, "get")(identity), [])

    def to_fields(self, properties: Mapping[str, Any]) -> Fields:
        """As ever; `valueSpecs` are fields of the site's own."""
        own = {name: value for name, value in properties.items() if name != "valueSpecs"}
        return {**super().to_fields(own), **properties.get("valueSpecs", {})}

    def value(self, name: str, kind: Property, fields: Mapping[str, Any]) -> Any:
        """As ever; all tags are the tags."""
        return super().value("tags" if name == "allTags" else name, kind, fields)


class Network(Tagged):
    """A network; a single segment is three fields of the network itself."""

    def to_fields(self, properties: Mapping[str, Any]) -> Fields:
        """As ever, with the segment in its fields."""
        segments = properties.get("segments", [])
        fields = super().to_fields({name: value for name, value in properties.items() if name != "segments"})
        if len(segments) == 1:
            return fields | {_SEGMENT[name]: value for name, value in segments[0].items()}
        if segments:
            fields["segments"] = [{_SEGMENT[n]: value for n, value in item.items()} for item in segments]
        return fields

    def value(self, name: str, kind: Property, fields: Mapping[str, Any]) -> Any:
        """As ever, with the segment out of its fields."""
        if name != "segments":
            return super().value(name, kind, fields)
        found = fields.get("segments") or [fields]
        segments = [{n: item[f] for n, f in _SEGMENT.items() if item.get(f) is not None} for item in found]
        return [item for item in segments if item]


class Subnet(Tagged):
    """A subnet; no gateway is a null."""

    def make(self, cloud: Connection, wanted: Mapping[str, Any]) -> Fields:
        """As ever; Neutron has no default for the version."""
        return super().make(cloud, {"ipVersion": 4, **wanted})

    def to_fields(self, properties: Mapping[str, Any]) -> Fields:
        """As ever, without the word that stands for the null."""
        fields = super().to_fields({name: v for name, v in properties.items() if name != "noGateway"})
        if properties.get("noGateway"):
            fields["gateway_ip"] = None
        return fields

    def value(self, name: str, kind: Property, fields: Mapping[str, Any]) -> Any:
        """As ever; no gateway is one that is null."""
        if name == "noGateway":
            return fields.get("gateway_ip") is None
        return super().value(name, kind, fields)


NETWORK = {
    "openstack:networking/network:Network": (
        Network,
        Kind(
            "network",
            "network",
            fields={**NEUTRON, "external": "router:external", "transparentVlan": "vlan_transparent"},
            parts=TAGS,
            write_only=frozenset({"valueSpecs"}),
            partial=frozenset({"segments"}),
            waits_gone=True,
        ),
    ),
    "openstack:networking/subnet:Subnet": (
        Subnet,
        Kind(
            "network",
            "subnet",
            fields={**NEUTRON, "prefixLength": "prefixlen"},
            defaults={"ipVersion": 4, "enableDhcp": True, "noGateway": False, "dnsPublishFixedIp": False},
            parts=TAGS,
            write_only=frozenset({"valueSpecs", "prefixLength"}),
            ordered=frozenset({"dnsNameservers"}),
        ),
    ),
}
