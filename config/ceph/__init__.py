"""Ceph: the cloud's storage, deployed here or adopted (guide §4)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal
from uuid import UUID

from pydantic import Field

from config.ceph.checks import cluster_fits
from config.ceph.external import External
from config.ceph.gateways import Filesystem, Rgw
from config.ceph.osds import FileOsds, OsdSpec
from config.ceph.pool_checks import pools_fit
from config.ceph.pools import Pool, PoolDefaults
from config.ceph.services import CephService, CephUser, ServiceName
from config.ceph.user_checks import users_fit
from config.model.base import Room
from config.model.errors import Loc, Problem
from config.model.texts.ceph import CephName, CephOption, CephSection
from config.model.texts.images import ImageName
from config.model.texts.lines import ExactVersion, Value
from config.model.texts.network import HostName

if TYPE_CHECKING:
    from config.cloud import CloudConfig


class CephSettings(Room):
    """One Ceph cluster and what OpenStack uses of it."""

    mode: Literal["cephadm", "external", "packages"]
    """`cephadm`: deployed here, in containers; `packages`: deployed here from the distribution's packages (a lab, a small
    site); `external`: there already."""
    version: ExactVersion | None = None
    """Exact version that cephadm runs, such as `19.2.3`; other modes have the packages' or the cluster's own."""
    image: ImageName | None = None
    """Container image without its tag (mode cephadm); none: `quay.io/ceph/ceph`."""
    fsid: UUID | None = None
    """The cluster's id; none: derived from the cloud's name and domain. An existing cluster's must be given."""
    mons: tuple[HostName, ...] = ()
    """Hosts of the monitors and managers; none: the first three of the role `storage`."""
    osds: dict[CephName, OsdSpec] = Field(default_factory=dict)
    """Which disks become OSDs, by a name for each kind (mode cephadm)."""
    file_osds: FileOsds = FileOsds()
    """OSDs of mode packages."""
    services: dict[ServiceName, CephService] = Field(default_factory=dict)
    """OpenStack services that store in Ceph."""
    users: dict[CephName, CephUser] = Field(default_factory=dict)
    """Users of the site's own, without `client.`."""
    pool_defaults: PoolDefaults = PoolDefaults()
    pools: dict[CephName, Pool] = Field(default_factory=dict)
    """Pools of the site's own, and changes to those of the services."""
    filesystem: Filesystem | None = None
    """CephFS, for Manila; none: there is none."""
    rgw: Rgw | None = None
    """Object gateways; none: there are none."""
    config: dict[CephSection, dict[CephOption, Value]] = Field(default_factory=dict)
    """Ceph's own options by section (`global`, `mon`, `osd`, …), kept in the monitors' database."""
    dashboard: bool = False
    """True: the manager's web page, on the management network."""
    prometheus: bool = True
    """The manager's metrics, port 9283."""
    external: External | None = None
    """The existing cluster (mode external)."""
    protect: bool = True
    """False: `destroy` may forget the pools (a lab); even then their data stays in the cluster."""

    def problems(self, here: Loc, cloud: CloudConfig) -> Iterator[Problem]:
        """The cluster as a whole, its pools, its users."""
        yield from cluster_fits(cloud, self)
        yield from pools_fit(cloud, self)
        yield from users_fit(self)
        for name, kind in self.osds.items():
            yield from kind.problems((*here, "osds", name))
