"""What OpenStack keeps in Ceph against the Ceph that there is."""

from __future__ import annotations

from collections.abc import Iterator

from config.cloud import CloudConfig
from config.kolla import KollaSettings
from config.kolla.ceph_uses import ceph_uses
from config.model.errors import Loc, Problem

_CEPH: tuple[Loc, ...] = (("ceph",),)
_STORE: Loc = ("kolla", "objectStore")


def kept_in_ceph(cloud: CloudConfig, kolla: KollaSettings) -> Iterator[Problem]:
    """Every service that stores in Ceph has its pool and user there, and both sides mean the same."""
    uses = ceph_uses(kolla)
    if cloud.ceph is None:
        # Gateways that are listed may be anybody's.
        data = [name for name in uses if name != "rgw"]
        if data:
            reason = f"is missing: {', '.join(data)} {'keeps' if len(data) == 1 else 'keep'} data in Ceph"
            fix = (
                "add it (mode `external` for an existing cluster), or choose other backends in `cloud:kolla`"
            )
            yield Problem(("ceph",), reason, fix, needs=(("kolla",),))
        return
    for name, field in uses.items():
        if name != "rgw" and name not in cloud.ceph.services:
            reason = f"stores in Ceph, and `cloud:ceph.services` has no `{name}`"
            fix = f"add `{name}: {{}}` there, or choose another backend"
            yield Problem(tuple(field.split(".")), reason, fix, needs=_CEPH)
    yield from _gateways(cloud, kolla)
    yield from _filesystem(cloud, kolla)


def _gateways(cloud: CloudConfig, kolla: KollaSettings) -> Iterator[Problem]:
    store = kolla.object_store
    rgw = cloud.ceph.rgw if cloud.ceph else None
    if rgw is None or not store.enabled:
        return
    if store.account_in_url is not None and store.account_in_url != rgw.account_in_url:
        reason = f"differs from `cloud:ceph.rgw.accountInUrl` ({str(rgw.account_in_url).lower()}): no URL would fit"
        fix = "remove it here"
        yield Problem((*_STORE, "accountInUrl"), reason, fix, str(store.account_in_url).lower(), needs=_CEPH)
    if store.keystone and not rgw.keystone:
        reason = "is on, and `cloud:ceph.rgw.keystone` is off: the gateways would refuse every token"
        yield Problem((*_STORE, "keystone"), reason, "switch both on, or both off", "true", needs=_CEPH)


def _filesystem(cloud: CloudConfig, kolla: KollaSettings) -> Iterator[Problem]:
    manila = kolla.manila
    files = cloud.ceph.filesystem if cloud.ceph else None
    if manila.enabled and manila.filesystem and files and manila.filesystem != files.name:
        reason = f"is not the filesystem of `cloud:ceph` ({files.name})"
        yield Problem(
            ("kolla", "manila", "filesystem"), reason, "remove it here", manila.filesystem, needs=_CEPH
        )
