"""Pools: what the services get by default, and what a site changes."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from config.model.base import Section
from config.model.texts.ceph import CephName

AutoscaleMode = Literal["on", "warn", "off"]


class PoolDefaults(Section):
    """What every pool is like unless it says otherwise."""

    size: int = Field(default=3, ge=1, le=10)
    """Copies of each object, on as many hosts."""
    min_size: int = Field(default=2, ge=1, le=10)
    """Copies that must exist before a pool accepts writes."""
    pg_autoscale: AutoscaleMode = "on"
    """Whether the manager changes the number of placement groups, only says so, or neither."""
    pg_num: int = Field(default=32, ge=1, le=65536)
    """Placement groups that a new pool starts with; the autoscaler takes it from there."""
    allow_size_one: bool = False
    """True: pools of one copy are meant (a lab): one lost disk is lost data."""


class Pool(Section):
    """One pool; what is left out is the service's default, then `poolDefaults`."""

    application: CephName | None = None
    """What uses it: `rbd`, `cephfs`, `rgw` or a name; a pool of a service has the service's."""
    size: int | None = Field(default=None, ge=1, le=10)
    """Copies of each object."""
    min_size: int | None = Field(default=None, ge=1, le=10)
    """Copies that must exist before it accepts writes."""
    pg_autoscale: AutoscaleMode | None = None
    """As in `poolDefaults`."""
    pg_num: int | None = Field(default=None, ge=1, le=65536)
    """Placement groups to start with."""
    target_ratio: float | None = Field(default=None, ge=0, le=1)
    """Share of the cluster's data that it is expected to hold; none: the manager uses what it actually holds."""
    rule: CephName | None = None
    """CRUSH rule; none: the cluster's default (copies on different hosts)."""
