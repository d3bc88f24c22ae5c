"""One object that is wanted, and networks, which projects and the datacentre both have."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from config.tenancy.networks import Network, ProviderNetwork, Subnet


@dataclass(frozen=True)
class Ref:
    """The id of another object, by its name in the plan."""

    name: str


@dataclass(frozen=True)
class Wanted:
    """One object."""

    kind: str
    """What it is: a key of `components.tenancy.KINDS`."""
    name: str
    """Unique in the plan; the resource's name without the component's."""
    values: Mapping[str, Any]
    """Arguments of its resource; None: not set."""
    import_id: str | None = None
    """Id of the object that is taken over instead."""


def network_items(name: str, network: Network, path: tuple[str, ...], owner: Ref | None) -> Iterator[Wanted]:
    """A network and its subnets.

    Args:
        name: its name in OpenStack.
        network: what the stack file says.
        path: its name in the plan, in parts.
        owner: the project; None: the administrator's.
    """
    key = f"network-{'-'.join(path)}"
    values: dict[str, Any] = {
        "name": name,
        "description": network.description,
        "mtu": network.mtu,
        "tenant_id": owner,
    }
    if isinstance(network, ProviderNetwork):
        segment = {"network_type": network.type, "physical_network": network.physical_network}
        if network.vlan is not None:
            segment["segmentation_id"] = network.vlan  # type: ignore[assignment]
        values |= {"external": network.external, "shared": network.shared, "segments": [segment]}
    yield Wanted("network", key, values, network.import_id)
    for part, subnet in network.subnets.items():
        yield _subnet(part, subnet, f"subnet-{'-'.join(path)}-{part}", Ref(key), owner)


def _subnet(name: str, subnet: Subnet, key: str, network: Ref, owner: Ref | None) -> Wanted:
    gateway = subnet.gateway_address()
    values = {
        "name": name,
        "network_id": network,
        "tenant_id": owner,
        "cidr": str(subnet.cidr),
        "ip_version": 4,
        "gateway_ip": str(gateway) if gateway else None,
        "no_gateway": True if gateway is None else None,
        "enable_dhcp": subnet.dhcp,
        "allocation_pools": [{"start": str(first), "end": str(last)} for first, last in subnet.pools] or None,
        "dns_nameservers": [str(server) for server in subnet.dns] or None,
    }
    return Wanted("subnet", key, values, subnet.import_id)
