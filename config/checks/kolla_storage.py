"""Backends of volumes, images, shares, metrics and objects."""

from __future__ import annotations

from collections.abc import Iterator

from config.checks.overlaps import listed
from config.cloud import CloudConfig
from config.errors import Loc, Problem
from config.kolla.hosts import local_volumes, volume_hosts
from config.kolla.places import gateways
from config.kolla.variables import effective, truth

_ROLES: tuple[Loc, ...] = (("hosts", "*", "roles"), ("hosts", "*", "enabled"))
_RELEASE: Loc = ("releases", "openstack")
_CINDER: Loc = ("kolla", "cinder")


def kolla_storage(cloud: CloudConfig) -> Iterator[Problem]:
    """What keeps data has a place for it, and several of one kind know of each other."""
    if cloud.kolla is None:
        return
    if cloud.kolla.cinder.enabled:
        yield from _backends(cloud)
        yield from _cluster(cloud)
        yield from _coordinated(cloud)
        yield from _backup(cloud)
    yield from _objects(cloud)
    yield from _files(cloud)
    if cloud.kolla.manila.enabled and not cloud.kolla.manila.backends:
        reason, fix = "is empty: shares would have no place", "name `cephfs-native` or `cephfs-nfs`"
        manila: Loc = ("kolla", "manila", "backends")
        yield Problem(manila, reason, fix, needs=(manila,))


def _backends(cloud: CloudConfig) -> Iterator[Problem]:
    values = effective(cloud)
    kolla = cloud.kolla
    if kolla is None:
        return
    other = [name for name in values if name.startswith("enable_cinder_backend_") and truth(values[name])]
    skipped = truth(values.get("skip_cinder_backend_check", False))
    if not kolla.cinder.backends and not other and not skipped:
        fix = "name `ceph`, another one, or set `enabled: false`"
        needs: tuple[Loc, ...] = ((*_CINDER, "backends"),)
        yield Problem((*_CINDER, "backends"), "is empty: volumes would have no place", fix, needs=needs)
    if local_volumes(cloud) and not cloud.with_role("storage"):
        reason = "has `lvm`, whose volumes lie on the hosts with the role `storage`, and none has it"
        yield Problem((*_CINDER, "backends"), reason, "give the role to those hosts", "lvm", needs=_ROLES)
    shares = [path for path in kolla.overrides if path.rpartition("/")[2].startswith("nfs_shares")]
    if "nfs" in kolla.cinder.backends and not shares:
        reason = "has `nfs`, and nothing says which shares"
        fix = "add `cloud:kolla.overrides` with the path `cinder/nfs_shares`, one `HOST:/PATH` a line"
        yield Problem((*_CINDER, "backends"), reason, fix, "nfs")


def _cluster(cloud: CloudConfig) -> Iterator[Problem]:
    name = cloud.kolla.cinder.cluster_name if cloud.kolla else None
    release, here = cloud.releases.openstack, (*_CINDER, "clusterName")
    hosts = volume_hosts(cloud)
    needs = (*_ROLES, _RELEASE)
    if truth(effective(cloud).get("cinder_cluster_skip_precheck", False)):
        return
    if release < "2024.2" and name:
        yield Problem(
            here, f"Kolla-Ansible {release} has no such option", "remove it; 2024.2 has it", name, needs=needs
        )
    elif release >= "2024.2" and len(hosts) > 1 and not name:
        reason = (
            f"is missing: {len(hosts)} hosts run cinder-volume ({listed(hosts)}), "
            "and without a common name nobody takes over a failed one's volumes"
        )
        yield Problem(here, reason, "add a name, such as `cinder`, and keep it for good", needs=needs)
    elif release >= "2024.2" and len(hosts) == 1 and name:
        reason = f"is for several cinder-volume, and only {hosts[0]} runs one"
        yield Problem(here, reason, "remove it", name, needs=needs)


def _coordinated(cloud: CloudConfig) -> Iterator[Problem]:
    kolla = cloud.kolla
    hosts = volume_hosts(cloud)
    release = cloud.releases.openstack
    if kolla is None or "ceph" not in kolla.cinder.backends or len(hosts) < 2 or kolla.coordination.backend:
        return
    if release >= "2025.1" and not truth(effective(cloud).get("skip_cinder_backend_check", False)):
        reason = f"is missing: {len(hosts)} cinder-volume on Ceph ({listed(hosts)}) lock each other out through one"
        loc: Loc = ("kolla", "coordination", "backend")
        yield Problem(loc, reason, "set it to `valkey`", needs=(*_ROLES, _RELEASE, _CINDER))


def _backup(cloud: CloudConfig) -> Iterator[Problem]:
    if cloud.kolla is None:
        return
    cinder = cloud.kolla.cinder
    if cinder.backup == "nfs" and not cinder.backup_share:
        yield Problem((*_CINDER, "backupShare"), "is missing, and `backup` is nfs", "add it as `HOST:/PATH`")
    if cinder.backup != "nfs" and cinder.backup_share:
        reason = f"is not used: `backup` is {cinder.backup}"
        yield Problem(
            (*_CINDER, "backupShare"), reason, "set `backup: nfs`, or remove it", cinder.backup_share
        )
    if cinder.backup == "s3":
        values = effective(cloud)
        for part in ("url", "bucket", "access_key", "secret_key"):
            if not (values.get(f"cinder_backup_s3_{part}") or values.get(f"s3_{part}")):
                reason = f"is s3, and `cinder_backup_s3_{part}` is not set"
                yield Problem((*_CINDER, "backup"), reason, "add it to `cloud:kolla.globals`", "s3")


def _objects(cloud: CloudConfig) -> Iterator[Problem]:
    if cloud.kolla is None or not cloud.kolla.object_store.enabled:
        return
    here: Loc = ("kolla", "objectStore", "gateways")
    if not gateways(cloud, cloud.kolla):
        reason = "is empty, and `cloud:ceph` makes no gateways: the load balancer would have nobody to ask"
        fix = "add `cloud:ceph.rgw`, or list the gateways as `{host, ip, port}`"
        yield Problem(here, reason, fix, needs=(*_ROLES, ("ceph",)))
    seen: set[tuple[str, int]] = set()
    for at, one in enumerate(cloud.kolla.object_store.gateways):
        if (one.ip, one.port) in seen:
            yield Problem((*here, at), "is listed twice", "list each gateway once", f"{one.ip}:{one.port}")
        seen.add((one.ip, one.port))


def _files(cloud: CloudConfig) -> Iterator[Problem]:
    control = list(cloud.with_role("control"))
    gnocchi = cloud.kolla.gnocchi if cloud.kolla else None
    if gnocchi and gnocchi.enabled and gnocchi.storage == "file" and len(control) > 1:
        reason = (
            f"keeps measures on each host's own disk, and {len(control)} control hosts would each have a part"
        )
        yield Problem(("kolla", "gnocchi", "storage"), reason, "use `ceph`", "file", needs=_ROLES)
