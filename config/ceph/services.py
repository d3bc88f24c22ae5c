"""OpenStack's services as users of Ceph: user, pool and least capabilities of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from pydantic import Field

from config.model.base import Section
from config.model.texts.ceph import CephName
from config.model.texts.lines import Line

ServiceName = Literal["glance", "cinder", "cinder-backup", "nova", "gnocchi", "manila"]
CapType = Literal["mon", "mgr", "osd", "mds"]
Caps = Mapping[CapType, str]


class CephService(Section):
    """One service; the names are Kolla-Ansible's own unless they are given."""

    user: CephName | None = None
    """Its user in Ceph, without `client.`."""
    pool: CephName | None = None
    """Its pool; manila has none, its shares live in the filesystem."""
    caps: dict[CapType, Line] = Field(default_factory=dict)
    """Capabilities instead of the product's, by daemon type."""


class CephUser(Section):
    """A user of the site's own."""

    caps: dict[CapType, Line] = Field(min_length=1)
    """What it may do, by daemon type, such as `{mon: profile rbd, osd: profile rbd pool=site}`."""


@dataclass(frozen=True)
class Default:
    """What a service is like when nothing is said about it."""

    pool: str | None
    application: str | None
    ratio: float | None
    """Expected share of the data; rough, so that the autoscaler starts near the truth."""


DEFAULTS: dict[ServiceName, Default] = {
    "glance": Default("images", "rbd", 0.1),
    "cinder": Default("volumes", "rbd", 0.5),
    "cinder-backup": Default("backups", "rbd", 0.2),
    "nova": Default("vms", "rbd", 0.15),
    "gnocchi": Default("gnocchi", "gnocchi", None),
    "manila": Default(None, None, None),
}


def least_caps(service: ServiceName, pools: Mapping[ServiceName, str]) -> Caps:
    """The least that a service works with (docs.ceph.com, rbd-openstack; manila's CephFS driver guide).

    Args:
        service: whose.
        pools: pool of each service that is in use: those that clone images read Glance's.
    """
    own = pools.get(service, "")
    images = f", profile rbd-read-only pool={pools['glance']}" if "glance" in pools else ""
    if service == "manila":
        return {"mgr": "allow rw", "mon": "allow r"}
    if service == "gnocchi":
        return {"mon": "allow r", "osd": f"allow rwx pool={own}"}
    clones = service in ("cinder", "nova")
    return {
        "mgr": f"profile rbd pool={own}",
        "mon": "profile rbd",
        "osd": f"profile rbd pool={own}{images if clones else ''}",
    }
