"""Certificates that renew themselves: how much of their life may be left before somebody has to be told. Pure.

A certificate of the vault lives for three days; to one that an operator brings, three days before its end are late.
"""

from __future__ import annotations

import re
from typing import Any

from config.cloud import CloudConfig
from config.kolla.edge import edge_sources

SERIES = "certificate_overdue_seconds"
"""What is recorded of each probe of such a certificate: seconds before its end from which on its renewal is overdue."""
_PART = 4
"""edge-tls renews when a third of the vault's hours is left, and tries every hour."""
_ACME = 7 * 86400
"""How long the servers of ACME make them is their own affair: 45 days and more, renewed when a third is left."""


def overdue(cloud: CloudConfig) -> dict[str, int]:
    """Seconds by the name or address of each side of the load balancers whose certificate edge-tls renews."""
    kolla, contents = cloud.kolla, cloud.vault.contents if cloud.vault else None
    if kolla is None:
        return {}
    vips = {name: network.vip for name, network in cloud.networks.defined().items()}
    inside = kolla.internal_fqdn or vips.get("management")
    outside = kolla.external_fqdn or vips.get("public") or vips.get("management")
    of_vault = (contents.leaf_hours if contents else 0) * 3600 // _PART
    return {
        str(inside if side == "internal" else outside): of_vault if issuer == "vault" else _ACME
        for side, issuer in edge_sources(kolla.tls).items()
    }


def recorded(cloud: CloudConfig) -> list[dict[str, Any]]:
    """The group of recording rules for Prometheus; none: nothing renews itself."""
    rules = [
        {
            "record": SERIES,
            "expr": f'probe_ssl_earliest_cert_expiry{{instance=~"{_of(name)}"}} * 0 + {seconds}',
        }
        for name, seconds in overdue(cloud).items()
    ]
    return [{"name": "certificates-renewed", "rules": rules}] if rules else []


def _of(name: str) -> str:
    """A pattern of the URLs of a name or address, as a text of PromQL has it."""
    return rf"https://\[?{re.escape(name)}\]?([:/].*)?".replace("\\", "\\\\")
