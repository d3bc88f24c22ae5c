"""Shared file systems."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar, Literal

from config.kolla.expected import Catalogued
from config.kolla.port import Port, api
from config.kolla.service import Row, Service
from config.kolla.values import truth
from config.kolla.variables import effective
from config.model.errors import Loc, Problem
from config.model.texts.ceph import CephName

if TYPE_CHECKING:
    from config.cloud import CloudConfig
    from config.kolla import KollaSettings


class Manila(Service):
    """Shared file systems."""

    name: ClassVar[str] = "manila"
    runs: ClassVar[str] = "enable_manila"
    catalogue: ClassVar[tuple[Catalogued, ...]] = (
        Catalogued("share", "manila"),
        Catalogued("sharev2", "manila"),
    )
    heading: ClassVar[str] = "Storage"
    ports: ClassVar[tuple[Port, ...]] = api("manila", "shares", "manila-api", "manila_api")

    enabled: bool = False
    """Whether the service runs."""
    backends: tuple[Literal["cephfs-native", "cephfs-nfs"], ...] = ("cephfs-native",)
    """How shares are reached: CephFS itself, or NFS in front of it; those of other makers through `kolla.globals`."""
    filesystem: CephName | None = None
    """Name of the CephFS; none: that of `ceph.filesystem`."""

    def rows(self, cloud: CloudConfig, kolla: KollaSettings) -> Iterator[Row]:
        """Its switch, and how shares are reached."""
        at = "kolla.manila"
        backends = self.backends if self.enabled else ()
        files = cloud.ceph.filesystem if cloud.ceph else None
        filesystem = (self.filesystem or (files.name if files else None)) if backends else None
        yield "enable_manila", self.enabled, f"{at}.enabled"
        yield "enable_manila_backend_cephfs_native", "cephfs-native" in backends or None, f"{at}.backends"
        yield "enable_manila_backend_cephfs_nfs", "cephfs-nfs" in backends or None, f"{at}.backends"
        yield "manila_cephfs_filesystem_name", filesystem, f"{at}.filesystem"

    def ceph_uses(self) -> dict[str, str]:
        """Shares."""
        return {"manila": "manila.backends"} if self.enabled and self.backends else {}

    def problems(self, cloud: CloudConfig, kolla: KollaSettings) -> Iterator[Problem]:
        """Shares have a place."""
        values = effective(cloud)
        other = [name for name in values if name.startswith("enable_manila_backend_") and truth(values[name])]
        if self.enabled and not self.backends and not other:
            reason = "is empty: shares would have no place"
            fix = (
                "name `cephfs-native` or `cephfs-nfs`, or set an `enable_manila_backend_…` in `kolla.globals`"
            )
            here: Loc = ("kolla", "manila", "backends")
            yield Problem(here, reason, fix, needs=(here,))
