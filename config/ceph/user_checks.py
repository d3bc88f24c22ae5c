"""Who uses Ceph: services with their own pools, users with least capabilities, gateways with somebody to serve."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from config.ceph.resolved import pools, service_pools, service_users
from config.ceph.services import CapType
from config.model.errors import Loc, Problem

if TYPE_CHECKING:
    from config.ceph import CephSettings

_ALL = re.compile(r"(^|,)\s*allow\s+(\*|all)")
_POOL = re.compile(r"\bpool=([A-Za-z0-9_.-]+)")


def users_fit(settings: CephSettings) -> Iterator[Problem]:
    """No two services share a pool or a user, nobody may do everything, and keys are there."""
    yield from _shared(settings)
    yield from _caps(settings)
    yield from _gateways(settings)
    if "manila" in settings.services and settings.filesystem is None:
        fix = "add `filesystem: {}`, or remove the service"
        yield Problem(("ceph", "services", "manila"), "has no filesystem for its shares", fix)
    if settings.services.keys() & {"manila"} and settings.services["manila"].pool:
        fix = "remove it; its pools are those of `cloud:ceph.filesystem`"
        yield Problem(("ceph", "services", "manila", "pool"), "Manila has no pool of its own", fix)
    if "cinder-backup" in settings.services and "cinder" not in settings.services:
        fix = "add `cinder: {}`: Kolla-Ansible gives the backup service both keys"
        yield Problem(
            ("ceph", "services", "cinder-backup"), "backs up Cinder's volumes, which are not here", fix
        )
    if settings.external:
        for service, user in service_users(settings).items():
            if user not in settings.external.keys:
                reason = f"has no key for `{user}`, the user of {service}"
                fix = f"add what `ceph auth print-key client.{user}` prints, as a secret"
                yield Problem(("ceph", "external", "keys"), reason, fix)


def _shared(settings: CephSettings) -> Iterator[Problem]:
    by_pool: dict[str, list[str]] = defaultdict(list)
    for service, pool in service_pools(settings).items():
        by_pool[pool].append(service)
    for pool, services in by_pool.items():
        for second in services[1:]:
            reason = f"is the pool of {services[0]} too: each could read and delete what the other stores"
            yield Problem(("ceph", "services", second, "pool"), reason, "give each its own pool", pool)
    if settings.filesystem:
        files = settings.filesystem
        for key, name in (("metadataPool", files.metadata_pool), ("dataPool", files.data_pool)):
            if name in by_pool:
                reason = f"is the pool of {by_pool[name][0]} too"
                yield Problem(("ceph", "filesystem", key), reason, "give the filesystem its own pools", name)
        if files.metadata_pool == files.data_pool:
            fix = "give it two pools, such as `cephfs_metadata` and `cephfs_data`"
            yield Problem(
                ("ceph", "filesystem", "dataPool"), "is the pool of the metadata too", fix, files.data_pool
            )
    by_user: dict[str, list[str]] = defaultdict(list)
    for service_name, user in service_users(settings).items():
        by_user[user].append(service_name)
    for user, names in by_user.items():
        for other in [] if set(names) == {"cinder", "nova"} else names[1:]:  # Kolla-Ansible's own default
            reason = f"is the user of {names[0]} too: its capabilities would have to cover both"
            yield Problem(("ceph", "services", other, "user"), reason, "give each its own user", user)
        if user in settings.users:
            yield Problem(("ceph", "users", user), f"is the user of {names[0]}", "choose another name")


def _caps(settings: CephSettings) -> Iterator[Problem]:
    given: list[tuple[Loc, Mapping[CapType, str]]] = []
    given += [(("ceph", "users", name, "caps"), user.caps) for name, user in settings.users.items()]
    given += [
        (("ceph", "services", name, "caps"), service.caps) for name, service in settings.services.items()
    ]
    known = pools(settings)
    for loc, caps in given:
        for kind, cap in caps.items():
            if _ALL.search(cap) or cap.strip() == "*":
                reason = "lets the user do everything, as `client.admin` may"
                fix = "name the profile and the pool, such as `profile rbd pool=volumes`"
                yield Problem((*loc, kind), reason, fix, cap)
            for pool in _POOL.findall(cap):
                if pool not in known and settings.mode != "external":
                    fix = "add it to `cloud:ceph.pools`, or correct the name"
                    yield Problem((*loc, kind), f"there is no pool `{pool}` here", fix, cap)
    for name in {"admin", "bootstrap-osd", "crash"} & set(settings.users):
        yield Problem(("ceph", "users", name), "is one of Ceph's own users", "choose another name")


def _gateways(settings: CephSettings) -> Iterator[Problem]:
    rgw = settings.rgw
    if rgw and not rgw.keystone and not rgw.local_users:
        reason = "the gateways would have no users: Keystone's are off and local ones are not allowed either"
        fix = "turn `keystone` on, or set `localUsers: true`"
        yield Problem(("ceph", "rgw", "keystone"), reason, fix, "false")
