"""Object storage: Ceph's RADOS gateways behind the load balancer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, ClassVar

from config.ceph.resolved import placement
from config.kolla.expected import Catalogued
from config.kolla.port import Port, api
from config.kolla.service import HOST_ROLES, Row, Service
from config.model.base import Section
from config.model.errors import Loc, Problem
from config.model.texts.network import HostName, Server
from config.model.types import Port as Number

if TYPE_CHECKING:
    from config.cloud import CloudConfig
    from config.kolla import KollaSettings


class ObjectGateway(Section):
    """One RADOS gateway behind the load balancer."""

    host: HostName
    """Name in the load balancer, a host of the cloud or another one."""
    ip: Server
    """Address where it listens."""
    port: Number = 6780
    """TCP port where it listens."""


class ObjectStore(Service):
    """Object storage (S3 and Swift) by Ceph's RADOS gateways."""

    name: ClassVar[str] = "ceph-rgw"
    runs: ClassVar[str] = "enable_ceph_rgw"
    catalogue: ClassVar[tuple[Catalogued, ...]] = (Catalogued("object-store", "ceph_rgw"),)
    heading: ClassVar[str] = "Storage"
    ports: ClassVar[tuple[Port, ...]] = api(
        "object-store",
        "S3 and Swift through the load balancer",
        "loadbalancer",
        "ceph_rgw",
        when="enable_ceph_rgw_loadbalancer",
        listen=False,
    )

    enabled: bool = False
    """Whether it is in the catalog and behind the load balancer."""
    gateways: tuple[ObjectGateway, ...] = ()
    """The gateways; none: those of `ceph.rgw`."""
    keystone: bool = True
    """Users log in with Keystone's tokens."""
    swift_compatibility: bool = False
    """The endpoint is `/v1` instead of `/swift/v1`; has to match the gateways."""
    account_in_url: bool | None = None
    """The endpoint has the project in it, as the gateways have it; none: as `ceph.rgw` says."""

    def rows(self, cloud: CloudConfig, kolla: KollaSettings) -> Iterator[Row]:
        """Gateways, and the form of their addresses."""
        at = "kolla.objectStore"
        rgw = cloud.ceph.rgw if cloud.ceph else None
        on = self.enabled or None
        in_url = self.account_in_url
        if in_url is None:
            in_url = rgw.account_in_url if rgw else True
        yield "enable_ceph_rgw", self.enabled, f"{at}.enabled"
        yield "enable_ceph_rgw_keystone", on and self.keystone, f"{at}.keystone"
        yield "ceph_rgw_swift_compatibility", on and self.swift_compatibility, f"{at}.swiftCompatibility"
        yield "ceph_rgw_swift_account_in_url", on and in_url, f"{at}.accountInUrl"
        yield "ceph_rgw_hosts", on and self.behind(cloud), f"{at}.gateways"
        if rgw:  # gateways of another team have their own
            yield "ceph_rgw_keystone_user", rgw.keystone_user if on else None, "ceph.rgw.keystoneUser"

    def behind(self, cloud: CloudConfig) -> list[dict[str, Any]]:
        """The gateways behind the load balancer: those that are listed, else those of `ceph.rgw`."""
        if self.gateways:
            return [{"host": one.host, "ip": one.ip, "port": one.port} for one in self.gateways]
        if cloud.ceph is None or cloud.ceph.rgw is None or cloud.ceph.mode == "external":
            return []
        network = cloud.networks.carrying("storage")
        return [
            {"host": name, "ip": str(cloud.hosts[name].addresses[network]), "port": cloud.ceph.rgw.port}
            for name in placement(cloud, cloud.ceph).gateways
            if network in cloud.hosts[name].addresses
        ]

    def ceph_uses(self) -> dict[str, str]:
        """Objects."""
        return {"rgw": "objectStore.enabled"} if self.enabled else {}

    def problems(self, cloud: CloudConfig, kolla: KollaSettings) -> Iterator[Problem]:
        """There are gateways, each once."""
        if not self.enabled:
            return
        here: Loc = ("kolla", "objectStore", "gateways")
        if not self.behind(cloud):
            reason = (
                "is empty, and `cloud:ceph` makes no gateways: the load balancer would have nobody to ask"
            )
            fix = "add `cloud:ceph.rgw`, or list the gateways as `{host, ip, port}`"
            yield Problem(here, reason, fix, needs=(*HOST_ROLES, ("ceph",)))
        seen: set[tuple[str, int]] = set()
        for at, one in enumerate(self.gateways):
            if (one.ip, one.port) in seen:
                yield Problem(
                    (*here, at), "is listed twice", "list each gateway once", f"{one.ip}:{one.port}"
                )
            seen.add((one.ip, one.port))
