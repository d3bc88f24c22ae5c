"""DNS zones of tenants."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar

from config.kolla.expected import Catalogued
from config.kolla.port import Port, api
from config.kolla.service import Row, Service

if TYPE_CHECKING:
    from config.cloud import CloudConfig
    from config.kolla import KollaSettings


_BIND = "designate_backend == 'bind9'"


class Designate(Service):
    """DNS zones of tenants."""

    name: ClassVar[str] = "designate"
    runs: ClassVar[str] = "enable_designate"
    catalogue: ClassVar[tuple[Catalogued, ...]] = (Catalogued("dns", "designate"),)
    ports: ClassVar[tuple[Port, ...]] = (
        *api("designate", "DNS zones", "designate-api", "designate_api"),
        Port(
            "dns",
            "tenants' DNS zones, for any client",
            ("designate_bind_port",),
            ("designate-backend-bind9",),
            ("anyone",),
            when=_BIND,
        ),
        Port(
            "dns-datagrams",
            "tenants' DNS zones, for any client",
            ("designate_bind_port",),
            ("designate-backend-bind9",),
            ("anyone",),
            protocol="udp",
            when=_BIND,
        ),
        Port(
            "rndc",
            "orders to BIND",
            ("designate_rndc_port",),
            ("designate-backend-bind9",),
            ("control", "network"),
            when=_BIND,
        ),
        Port("mdns", "zone transfers", ("designate_mdns_port",), ("designate-mdns",), ("control", "network")),
        Port(
            "mdns-datagrams",
            "zone transfers",
            ("designate_mdns_port",),
            ("designate-mdns",),
            ("control", "network"),
            protocol="udp",
        ),
    )

    enabled: bool = False
    """Whether the service runs."""

    def rows(self, cloud: CloudConfig, kolla: KollaSettings) -> Iterator[Row]:
        """Its switch."""
        yield "enable_designate", self.enabled, "kolla.designate.enabled"
