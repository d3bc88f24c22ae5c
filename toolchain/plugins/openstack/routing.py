"""Neutron: routers, their interfaces, floating IPs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from toolchain.plugins.base.schema import Property
from toolchain.plugins.base.values import received, sent
from toolchain.plugins.openstack.api import Api
from toolchain.plugins.openstack.kind import Kind
from toolchain.plugins.openstack.network import NEUTRON, TAGS, Tagged
from toolchain.plugins.openstack.sdk import Fields, fields_of, if_there

if TYPE_CHECKING:
    from openstack.connection import Connection

_GATEWAY = {
    "externalNetworkId": "network_id",
    "enableSnat": "enable_snat",
    "externalFixedIps": "external_fixed_ips",
    "externalQosPolicyId": "qos_policy_id",
}


class Router(Tagged):
    """A router; its gateway is one object, which is set as a whole."""

    def to_fields(self, properties: Mapping[str, Any]) -> Fields:
        """As ever, with the gateway put together."""
        fields = super().to_fields({name: v for name, v in properties.items() if name not in _GATEWAY})
        gateway = {
            field: sent(properties[name], self.schema.inputs[name])
            for name, field in _GATEWAY.items()
            if name in properties
        }
        return {**fields, "external_gateway_info": gateway} if gateway else fields

    def change(self, cloud: Connection, identity: str, changed: Mapping[str, Any], now: Fields) -> None:
        """As ever; what does not change of the gateway is sent again, but for addresses of another network."""
        if changed.keys() & _GATEWAY.keys():
            gateway = {**(now.get("external_gateway_info") or {})}
            if "externalNetworkId" in changed:
                gateway.pop("external_fixed_ips", None)
            kept = {
                name: received(gateway[field], self.schema.inputs[name])
                for name, field in _GATEWAY.items()
                if gateway.get(field) is not None
            }
            changed = {**kept, **changed}
        super().change(cloud, identity, changed, now)

    def value(self, name: str, kind: Property, fields: Mapping[str, Any]) -> Any:
        """As ever, with the gateway taken apart."""
        if name in _GATEWAY:
            return received((fields.get("external_gateway_info") or {}).get(_GATEWAY[name]), kind)
        return super().value(name, kind, fields)


class RouterInterface(Api):
    """A router's port in a subnet; its id is the port's."""

    def make(self, cloud: Connection, wanted: Mapping[str, Any]) -> Fields:
        """Add it, by the port or by the subnet."""
        part = {"port": wanted["portId"]} if "portId" in wanted else {"subnet": wanted.get("subnetId")}
        return {"id": cloud.network.add_interface_to_router(wanted["routerId"], **part)["port_id"]}

    def fetch(self, cloud: Connection, identity: str, known: Mapping[str, Any]) -> Fields | None:
        """The port, as long as it is the router's."""
        port = if_there(lambda: cloud.network.get_port(identity))
        if port is None or not port.device_id or port.device_id != known.get("routerId", port.device_id):
            return None
        subnets = [item["subnet_id"] for item in port.fixed_ips or []]
        return {
            "id": port.id,
            "router_id": port.device_id,
            "port_id": port.id,
            "subnet_id": (subnets or [None])[0],
        }

    def remove(self, cloud: Connection, identity: str, state: Mapping[str, Any]) -> None:
        """Take it away; a router or port that is gone took it with it."""
        if_there(lambda: cloud.network.remove_interface_from_router(state["routerId"], port=identity))


class FloatingIp(Tagged):
    """A floating IP; its pool is an external network, by name or by id."""

    def make(self, cloud: Connection, wanted: Mapping[str, Any]) -> Fields:
        """As ever, of the pool's network."""
        network = cloud.network.find_network(wanted["pool"], ignore_missing=False)
        others = {name: value for name, value in wanted.items() if name != "pool"}
        return fields_of(cloud.network.create_ip(floating_network_id=network.id, **self.to_fields(others)))

    def fetch(self, cloud: Connection, identity: str, known: Mapping[str, Any]) -> Fields | None:
        """As ever, and the pool in the program's words."""
        fields = super().fetch(cloud, identity, known)
        if fields is not None:
            network = fields["floating_network_id"]
            is_id = known.get("pool") == network
            fields["pool"] = network if is_id else cloud.network.get_network(network).name
        return fields


ROUTING = {
    "openstack:networking/router:Router": (
        Router,
        Kind(
            "network",
            "router",
            fields=NEUTRON,
            parts=TAGS,
            own=frozenset({"vendorOptions"}),
            write_only=frozenset({"valueSpecs"}),
            refused={"externalSubnetIds": "name the subnet in externalFixedIps"},
        ),
    ),
    "openstack:networking/routerInterface:RouterInterface": (
        RouterInterface,
        Kind("network", "router_interface", own=frozenset({"forceDestroy"})),
    ),
    "openstack:networking/floatingIp:FloatingIp": (
        FloatingIp,
        Kind(
            "network",
            "ip",
            fields={**NEUTRON, "address": "floating_ip_address", "fixedIp": "fixed_ip_address"},
            parts=TAGS,
            write_only=frozenset({"valueSpecs", "subnetId"}),
            refused={"subnetIds": "name one subnet in subnetId"},
        ),
    ),
}
