"""Pools: enough copies, on enough hosts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from config.ceph.resolved import placement, pools
from config.model.errors import Loc, Problem

if TYPE_CHECKING:
    from config.ceph import CephSettings
    from config.cloud import CloudConfig

RATIO_MARGIN = 1.0001


def pools_fit(cloud: CloudConfig, settings: CephSettings) -> Iterator[Problem]:
    """Copies against hosts, minimum against copies, shares against the whole."""
    hosts = len(placement(cloud, settings).osds)
    reported: set[Loc] = set()
    for name, pool in pools(settings).items():
        for key, value, reason, fix in _copies(settings, hosts, pool.size, pool.min_size):
            loc = _place(settings, name, key)
            if loc not in reported:
                reported.add(loc)
                yield Problem(
                    loc, reason, fix, str(value), needs=(("ceph", "poolDefaults"), ("ceph", "pools"))
                )
    for name in settings.pools:
        if pools(settings)[name].application is None:
            reason = "has no application: Ceph would warn about it forever"
            yield Problem(("ceph", "pools", name), reason, "add `application`, such as `rbd`")
    total = sum(pool.target_ratio or 0 for pool in pools(settings).values())
    if total > RATIO_MARGIN:
        reason = f"the pools' shares add up to {total:g}, more than the whole cluster"
        yield Problem(
            ("ceph", "pools"), reason, "lower `targetRatio` of the pools so that they add up to at most 1"
        )


def _copies(settings: CephSettings, hosts: int, size: int, least: int) -> Iterator[tuple[str, int, str, str]]:
    if size == 1 and not settings.pool_defaults.allow_size_one:
        reason = "is one copy: a lost disk is lost data"
        yield "size", size, reason, "use 3, or set `poolDefaults.allowSizeOne: true`"
    if least > size:
        reason = f"is more than the {size} copies that there are: the pool would never accept a write"
        yield "minSize", least, reason, f"use {max(1, size - 1)}"
    elif least == 1 and size > 1 and not settings.pool_defaults.allow_size_one:
        reason = "lets writes be acknowledged with a single copy: the next lost disk loses them"
        yield "minSize", least, reason, "use 2, or set `poolDefaults.allowSizeOne: true`"
    if settings.mode != "external" and 3 <= hosts < size:  # fewer hosts are reported with the roles
        reason = f"is more than the {hosts} hosts with disks: copies are placed on different hosts"
        yield "size", size, reason, f"use {hosts}, or add hosts of the role `storage`"


def _place(settings: CephSettings, name: str, key: str) -> Loc:
    """Where the value is: at the pool, or with the defaults of all pools."""
    own = settings.pools.get(name)
    field = {"size": "size", "minSize": "min_size"}[key]
    if own is not None and getattr(own, field) is not None:
        return ("ceph", "pools", name, key)
    return ("ceph", "poolDefaults", key)
