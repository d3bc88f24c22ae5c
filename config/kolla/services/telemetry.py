"""Metering: Gnocchi keeps time series, Ceilometer fills them, Aodh raises alarms, CloudKitty rates them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar, Literal

from config.kolla.expected import Catalogued
from config.kolla.port import Port, api
from config.kolla.service import HOST_ROLES, Row, Service, needs_own_swift
from config.kolla.values import truth
from config.kolla.variables import effective
from config.model.errors import Problem

if TYPE_CHECKING:
    from config.cloud import CloudConfig
    from config.kolla import KollaSettings


class Gnocchi(Service):
    """Time series of metrics."""

    name: ClassVar[str] = "gnocchi"
    runs: ClassVar[str] = "enable_gnocchi"
    catalogue: ClassVar[tuple[Catalogued, ...]] = (Catalogued("metric", "gnocchi"),)
    heading: ClassVar[str] = "Storage"
    ports: ClassVar[tuple[Port, ...]] = (
        *api("gnocchi", "metrics API", "gnocchi-api", "gnocchi_api"),
        Port(
            "gnocchi-statsd",
            "measures by StatsD",
            (),
            ("gnocchi-statsd",),
            protocol="udp",
            fixed=("8125",),
            when="enable_gnocchi_statsd",
        ),
    )

    enabled: bool = False
    """Whether the service runs."""
    storage: Literal["ceph", "file", "swift"] = "ceph"
    """Where measures are kept; `file`: on each control host's own disk, so for one control host; `swift`: until 2024.2."""
    statsd: bool = False
    """Takes measures by StatsD too."""
    ceilometer: bool | None = None
    """Ceilometer collects the cloud's own metrics; none: where Gnocchi keeps them."""

    def rows(self, cloud: CloudConfig, kolla: KollaSettings) -> Iterator[Row]:
        """Switches, and where measures are kept."""
        at = "kolla.gnocchi"
        on = self.enabled or None
        collected = self.enabled if self.ceilometer is None else self.ceilometer
        yield "enable_gnocchi", self.enabled, f"{at}.enabled"
        yield "enable_ceilometer", collected, f"{at}.ceilometer"
        yield "gnocchi_backend_storage", on and self.storage, f"{at}.storage"
        yield "enable_gnocchi_statsd", (on and self.statsd) or None, f"{at}.statsd"

    def ceph_uses(self) -> dict[str, str]:
        """Measures, if they are in Ceph."""
        return {"gnocchi": "gnocchi.storage"} if self.enabled and self.storage == "ceph" else {}

    def problems(self, cloud: CloudConfig, kolla: KollaSettings) -> Iterator[Problem]:
        """Measures have one place, and metrics any."""
        pushed = effective(cloud).get("enable_ceilometer_prometheus_pushgateway", False)
        if self.ceilometer and not self.enabled and not truth(pushed):
            reason = "has nowhere to put its metrics: neither Gnocchi nor a push gateway"
            fix = "switch Gnocchi on, or set `enable_ceilometer_prometheus_pushgateway` in `cloud:kolla.globals`"
            yield Problem(("kolla", "gnocchi", "ceilometer"), reason, fix, "true")
        if self.enabled and self.storage == "swift":
            swift = truth(effective(cloud).get("enable_swift", False))
            yield from needs_own_swift(cloud, ("kolla", "gnocchi", "storage"), swift)
        control = list(cloud.with_role("control"))
        if self.enabled and self.storage == "file" and len(control) > 1:
            reason = f"keeps measures on each host's own disk, and {len(control)} control hosts would each have a part"
            yield Problem(("kolla", "gnocchi", "storage"), reason, "use `ceph`", "file", needs=HOST_ROLES)


class Ceilometer(Service):
    """Meters of the cloud itself."""

    name: ClassVar[str] = "ceilometer"
    runs: ClassVar[str] = "enable_ceilometer"
    silent: ClassVar[str] = "it asks others, and nobody asks it"


class Aodh(Service):
    """Alarms of tenants."""

    name: ClassVar[str] = "aodh"
    runs: ClassVar[str] = "enable_aodh"
    catalogue: ClassVar[tuple[Catalogued, ...]] = (Catalogued("alarming", "aodh"),)
    ports: ClassVar[tuple[Port, ...]] = api("aodh", "alarms", "aodh-api", "aodh_api")


class Cloudkitty(Service):
    """Rating of what tenants use."""

    name: ClassVar[str] = "cloudkitty"
    runs: ClassVar[str] = "enable_cloudkitty"
    catalogue: ClassVar[tuple[Catalogued, ...]] = (Catalogued("rating", "cloudkitty"),)
    ports: ClassVar[tuple[Port, ...]] = api("cloudkitty", "rating", "cloudkitty-api", "cloudkitty_api")


class Collectd(Service):
    """Measures of hosts."""

    name: ClassVar[str] = "collectd"
    runs: ClassVar[str] = "enable_collectd"
    ports: ClassVar[tuple[Port, ...]] = (
        Port("collectd", "measures of hosts", ("collectd_udp_port",), ("collectd",), protocol="udp"),
    )


class Telegraf(Service):
    """Measures of hosts, for InfluxDB."""

    name: ClassVar[str] = "telegraf"
    runs: ClassVar[str] = "enable_telegraf"
    silent: ClassVar[str] = "it sends to InfluxDB and listens to nobody"


class Influxdb(Service):
    """InfluxDB."""

    name: ClassVar[str] = "influxdb"
    runs: ClassVar[str] = "enable_influxdb"
    ports: ClassVar[tuple[Port, ...]] = (
        Port("influxdb", "time series", ("influxdb_http_port",), ("loadbalancer", "influxdb")),
    )
