"""Where the cloud is reached, by what globals.yml says. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from config.cloud import CloudConfig

KEYSTONE_PORT = 5000


def service_endpoints(options: Mapping[str, object]) -> dict[str, str]:
    """Keystone's URL on each side, `internal` and `external`: from it clients find everything else.

    Args:
        options: globals.yml by name.
    """
    return {side: _url(options, side) for side in ("internal", "external") if name_of(options, side)}


def _url(options: Mapping[str, object], side: str) -> str:
    scheme = "https" if options.get(f"kolla_enable_tls_{side}") is True else "http"
    port = options.get(
        "keystone_public_port" if side == "external" else "keystone_internal_port", KEYSTONE_PORT
    )
    name = name_of(options, side)
    return f"{scheme}://{f'[{name}]' if ':' in name else name}:{port}"


def name_of(options: Mapping[str, object], side: str) -> str:
    """The name, else the virtual address, of a side: `internal` or `external`; "" without one."""
    named = options.get(f"kolla_{side}_fqdn") or options.get(f"kolla_{side}_vip_address")
    # Without an external VIP of its own, Kolla-Ansible serves both sides on the internal one.
    return str(named) if named else (name_of(options, "internal") if side == "external" else "")


def same_vip(cloud: CloudConfig) -> bool:
    """Whether the APIs have one VIP for inside and outside."""
    return cloud.networks.carrying("public") == "management"
