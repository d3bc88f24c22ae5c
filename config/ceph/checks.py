"""Ceph as a whole: what each mode needs, where daemons run, which network carries the data."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from config.ceph.resolved import placement
from config.model.errors import Loc, Problem, listed

if TYPE_CHECKING:
    from config.ceph import CephSettings
    from config.cloud import CloudConfig

RELEASES = {16: "pacific", 17: "quincy", 18: "reef", 19: "squid", 20: "tentacle"}
"""Ceph's releases that this program knows, by the first number of their versions; `x.2.z` are the stable ones."""


def cluster_fits(cloud: CloudConfig, settings: CephSettings) -> Iterator[Problem]:
    """Mode, version, placement and network fit together."""
    yield from _mode(settings)
    yield from _version(settings)
    if settings.mode == "external":
        yield from _external(settings)
    else:
        yield from _network(cloud)
        yield from _mons(cloud, settings)
        yield from _named_hosts(cloud, settings)
        if not cloud.with_role("storage"):
            fix = "give it to three hosts, or use mode `external`"
            needs: tuple[Loc, ...] = (("hosts", "*", "roles"),)
            yield Problem(
                ("ceph", "mode"), "no enabled host has the role `storage`", fix, settings.mode, needs=needs
            )
        if settings.mode == "cephadm" and not settings.osds:
            fix = "add a kind of disk, such as `osds: {data: {dataDevices: {all: true}}}`"
            yield Problem(("ceph", "osds"), "is empty: no disk would hold data", fix)


def _mode(settings: CephSettings) -> Iterator[Problem]:
    for key, mode, given in (
        ("osds", "cephadm", bool(settings.osds)),
        ("image", "cephadm", settings.image is not None),
        ("external", "external", settings.external is not None),
        ("fileOsds", "packages", "file_osds" in settings.model_fields_set),
    ):
        if given and settings.mode != mode:
            reason = f"belongs to mode `{mode}`; this cluster is of mode `{settings.mode}`"
            yield Problem(("ceph", key), reason, "remove it, or change the mode")


def _version(settings: CephSettings) -> Iterator[Problem]:
    loc: Loc = ("ceph", "version")
    version = settings.version
    if settings.mode != "cephadm":
        if version is not None:
            whose = "the distribution's packages" if settings.mode == "packages" else "the existing cluster"
            yield Problem(loc, f"the version is that of {whose}", "remove it", version)
        return
    if version is None:
        fix = "add the exact version, such as `19.2.3`"
        yield Problem(loc, "is missing: cephadm would take whatever its image's tag means today", fix)
        return
    major, minor, _ = (int(part) for part in version.split("."))
    if major not in RELEASES:
        known = ", ".join(f"{number} ({name})" for number, name in RELEASES.items())
        yield Problem(
            loc, f"there is no such release of Ceph; known: {known}", "use a released version", version
        )
    elif minor != 2:
        reason = f"is a development version of {RELEASES[major]}; stable ones are {major}.2.z"
        yield Problem(loc, reason, f"use {major}.2.z", version)


def _network(cloud: CloudConfig) -> Iterator[Problem]:
    if cloud.networks.storage is None:
        reason = "is missing: Ceph's data would share the management network with the APIs and the database"
        fix = "add it, with addresses for the storage, control and compute hosts"
        yield Problem(("networks", "storage"), reason, fix)


def _mons(cloud: CloudConfig, settings: CephSettings) -> Iterator[Problem]:
    mons = list(placement(cloud, settings).mons)
    loc: Loc = ("ceph", "mons")
    needs: tuple[Loc, ...] = (("hosts", "*"),)
    if not settings.mons:
        return  # the first three of the storage hosts; that there are three is checked with the roles
    if 0 < len(mons) < 3:
        who = f"{len(mons)} {'monitor' if len(mons) == 1 else 'monitors'} ({listed(mons)})"
        yield Problem(
            loc, f"{who}: losing one host would stop all storage", "name at least three hosts", needs=needs
        )
    elif len(mons) % 2 == 0 and mons:
        reason = (
            f"{len(mons)} monitors ({listed(mons)}): an even number has no majority when the network splits"
        )
        yield Problem(loc, reason, f"name {len(mons) - 1} or {len(mons) + 1}", needs=needs)


def _named_hosts(cloud: CloudConfig, settings: CephSettings) -> Iterator[Problem]:
    named: list[tuple[Loc, tuple[str, ...]]] = [(("ceph", "mons"), settings.mons)]
    if settings.filesystem:
        named.append((("ceph", "filesystem", "hosts"), settings.filesystem.hosts))
    if settings.rgw:
        named.append((("ceph", "rgw", "hosts"), settings.rgw.hosts))
    named += [(("ceph", "osds", kind, "hosts"), spec.hosts) for kind, spec in settings.osds.items()]
    for loc, names in named:
        for at, name in enumerate(names):
            host = cloud.hosts.get(name)
            if host is None:
                fix = "name a host of `cloud:hosts`"
                yield Problem((*loc, at), "there is no such host", fix, name, needs=(("hosts", name),))
            elif not host.enabled:
                yield Problem((*loc, at), "the host is not enabled", "name an enabled host", name)
            elif "storage" not in host.roles:
                reason = "does not have the role `storage`: its firewall would keep Ceph's clients out"
                needs: tuple[Loc, ...] = (("hosts", name, "roles"),)
                yield Problem((*loc, at), reason, "give it the role, or name another host", name, needs=needs)


def _external(settings: CephSettings) -> Iterator[Problem]:
    if settings.external is None:
        yield Problem(
            ("ceph", "external"), "is missing: how the cluster is reached", "add `monHosts` and `keys`"
        )
        return
    if settings.fsid is None:
        fix = "add what `ceph fsid` prints on the cluster"
        yield Problem(("ceph", "fsid"), "is missing: it distinguishes the clusters", fix)
    if settings.external.manage and settings.external.admin_key is None:
        fix = "add `adminKey`, or remove `manage`"
        yield Problem(
            ("ceph", "external", "manage"), "nothing can be changed without `client.admin`", fix, "true"
        )
