"""VIPs, their names, and the device of each network, under Kolla-Ansible's names."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from config.kolla.service import Row

if TYPE_CHECKING:
    from config.cloud import CloudConfig
    from config.kolla import KollaSettings


def addresses(cloud: CloudConfig, kolla: KollaSettings) -> Iterator[Row]:
    """VIPs, their names, and the device of each network."""
    networks = cloud.networks.defined()
    inside, outside = networks["management"], networks[cloud.networks.carrying("public")]
    internal = str(inside.vip) if inside.vip else None
    external = str(outside.vip) if outside.vip else internal
    yield "kolla_internal_vip_address", internal, "networks.management.vip"
    yield "kolla_external_vip_address", external, "networks.public.vip"
    yield "kolla_internal_fqdn", kolla.internal_fqdn, "kolla.internalFqdn"
    yield "kolla_external_fqdn", kolla.external_fqdn, "kolla.externalFqdn"
    yield "keepalived_virtual_router_id", str(cloud.virtual_router_id), "virtualRouterId"
    yield "network_interface", inside.device(), "networks.management.interface"
    yield "api_interface", inside.device(), "networks.management.interface"
    yield "kolla_external_vip_interface", outside.device(), "networks.public.interface"
    tunnel = networks[cloud.networks.carrying("tunnel")].device()
    yield "tunnel_interface", tunnel, "networks.tunnel.interface"
