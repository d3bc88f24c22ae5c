"""Service settings that a field makes and Kolla-Ansible has no option for: texts below `config/`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from config.kolla.services.neutron import physical_networks

if TYPE_CHECKING:
    from config.cloud import CloudConfig

_HEADERS = 58
"""Bytes that Geneve's headers take; the largest of the tunnels'."""


@dataclass(frozen=True)
class Generated:
    """One text and the field that made it."""

    content: str
    field: str


def generated(cloud: CloudConfig) -> dict[str, Generated]:
    """The texts by path below `config/`."""
    kolla = cloud.kolla
    if kolla is None:
        return {}
    found: dict[str, Generated] = {}
    if kolla.glance.show_direct_url:
        text = "[DEFAULT]\nshow_image_direct_url = True\n"
        found["glance/glance-api.conf"] = Generated(text, "kolla.glance.showDirectUrl")
    if kolla.octavia.enabled:
        text = f"[api_settings]\ndefault_provider_driver = {kolla.octavia.providers[0]}\n"
        found["octavia/octavia-api.conf"] = Generated(text, "kolla.octavia.providers")
    if kolla.neutron.tenant_mtu is not None:
        carrier = cloud.networks.defined()[cloud.networks.carrying("tunnel")]
        provider = cloud.networks.provider
        physical = provider.mtu if provider else 1500
        mtus = ",".join(f"{name}:{physical}" for name in physical_networks(cloud, kolla))
        path_mtu = kolla.neutron.tenant_mtu + _HEADERS
        found["neutron/neutron-server.conf"] = Generated(
            f"[DEFAULT]\nglobal_physnet_mtu = {max(carrier.mtu, physical)}\n", "kolla.neutron.tenantMtu"
        )
        found["neutron/ml2_conf.ini"] = Generated(
            f"[ml2]\npath_mtu = {path_mtu}\nphysical_network_mtus = {mtus}\n", "kolla.neutron.tenantMtu"
        )
    return found
