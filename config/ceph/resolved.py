"""The settings with every default filled in: where daemons run, which pools and users there are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import NAMESPACE_DNS, UUID, uuid5

from config.ceph.pools import AutoscaleMode, Pool
from config.ceph.services import DEFAULTS, Caps, CapType, ServiceName, least_caps

if TYPE_CHECKING:
    from config.ceph import CephSettings
    from config.cloud import CloudConfig

MON_COUNT = 3
"""Monitors where none are named."""


@dataclass(frozen=True)
class ResolvedPool:
    """A pool as it shall be."""

    application: str | None
    size: int
    min_size: int
    pg_autoscale: AutoscaleMode
    pg_num: int
    target_ratio: float | None
    rule: str | None


@dataclass(frozen=True)
class Placement:
    """Hosts of each kind of daemon, by name."""

    mons: tuple[str, ...]
    osds: tuple[str, ...]
    mds: tuple[str, ...]
    gateways: tuple[str, ...]

    def all(self) -> tuple[str, ...]:
        """Every host of the cluster once, monitors first."""
        return tuple(dict.fromkeys((*self.mons, *self.osds, *self.mds, *self.gateways)))


def fsid(cloud: CloudConfig, ceph: CephSettings) -> UUID:
    """The cluster's id: known before there is a cluster, and the same in every run."""
    return ceph.fsid or uuid5(NAMESPACE_DNS, f"ceph.{cloud.name}.{cloud.domain}")


def placement(cloud: CloudConfig, ceph: CephSettings) -> Placement:
    """Where daemons run; hosts that are not enabled run none."""
    active = cloud.active()
    storage = tuple(cloud.with_role("storage"))
    mons = tuple(name for name in ceph.mons if name in active) or storage[:MON_COUNT]
    wanted_mds = ceph.filesystem.hosts if ceph.filesystem else ()
    wanted_rgw = ceph.rgw.hosts if ceph.rgw else ()
    mds = (tuple(name for name in wanted_mds if name in active) or mons) if ceph.filesystem else ()
    gateways = (tuple(name for name in wanted_rgw if name in active) or storage) if ceph.rgw else ()
    return Placement(mons, storage, mds, gateways)


def service_pools(ceph: CephSettings) -> dict[ServiceName, str]:
    """The pool of each service that has one, Kolla-Ansible's name unless the site gives another."""
    found: dict[ServiceName, str] = {}
    for name, service in ceph.services.items():
        pool = service.pool or DEFAULTS[name].pool
        if pool is not None:
            found[name] = pool
    return found


def pools(ceph: CephSettings) -> dict[str, ResolvedPool]:
    """Every pool that the site declares, by name."""
    asked: dict[str, tuple[str | None, float | None]] = {}
    for service, name in service_pools(ceph).items():
        asked.setdefault(name, (DEFAULTS[service].application, DEFAULTS[service].ratio))
    if ceph.filesystem:
        # The filesystem gives its pools their application itself, once it is made.
        asked.setdefault(ceph.filesystem.metadata_pool, ("cephfs", None))
        asked.setdefault(ceph.filesystem.data_pool, ("cephfs", 0.05))
    names = dict.fromkeys((*asked, *ceph.pools))
    return {
        name: _pool(ceph, *asked.get(name, (None, None)), ceph.pools.get(name) or Pool()) for name in names
    }


def _pool(ceph: CephSettings, application: str | None, ratio: float | None, own: Pool) -> ResolvedPool:
    base = ceph.pool_defaults
    return ResolvedPool(
        application=own.application or application,
        size=own.size or base.size,
        min_size=own.min_size or base.min_size,
        pg_autoscale=own.pg_autoscale or base.pg_autoscale,
        pg_num=own.pg_num or base.pg_num,
        target_ratio=ratio if own.target_ratio is None else own.target_ratio,
        rule=own.rule,
    )


def service_users(ceph: CephSettings) -> dict[ServiceName, str]:
    """The user of each service, without `client.`: the service's own name unless the site gives another."""
    return {name: service.user or name for name, service in ceph.services.items()}


def users(ceph: CephSettings) -> dict[str, Caps]:
    """Capabilities of every user, by name without `client.`."""
    in_use = service_pools(ceph)
    found: dict[str, Caps] = {}
    for name, service in ceph.services.items():
        user = service_users(ceph)[name]
        found[user] = _joined(found.get(user, {}), service.caps or least_caps(name, in_use))
    own: Mapping[str, Caps] = {name: user.caps for name, user in ceph.users.items()}
    return {**found, **own}


def _joined(one: Caps, other: Caps) -> Caps:
    """Capabilities of two services that are one user."""
    joined: dict[CapType, str] = {}
    for kind in dict.fromkeys((*one, *other)):
        parts = [part.strip() for caps in (one, other) if kind in caps for part in caps[kind].split(",")]
        joined[kind] = ", ".join(dict.fromkeys(parts))
    return joined
