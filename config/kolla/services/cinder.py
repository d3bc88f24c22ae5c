"""Volumes, and what brings them to hosts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar, Literal

from config.kolla.expected import Agent, Catalogued
from config.kolla.hosts import hosts_of, local_volumes, volume_hosts
from config.kolla.port import Port, api
from config.kolla.service import HOST_ROLES, RELEASE, Row, Service, needs_own_swift
from config.kolla.values import truth
from config.kolla.variables import effective
from config.model.errors import Loc, Problem, listed
from config.model.texts.hosts import VolumeGroup
from config.model.texts.lines import Name
from config.model.texts.network import Share

if TYPE_CHECKING:
    from config.cloud import CloudConfig
    from config.kolla import KollaSettings
    from config.kolla.values import Values

_CINDER: Loc = ("kolla", "cinder")


class Cinder(Service):
    """Volumes."""

    name: ClassVar[str] = "cinder"
    runs: ClassVar[str] = "enable_cinder"
    catalogue: ClassVar[tuple[Catalogued, ...]] = (
        Catalogued("volumev3", "cinder", until="2025.2"),
        Catalogued("block-storage", "cinder", since="2025.1"),
    )
    heading: ClassVar[str] = "Storage"
    ports: ClassVar[tuple[Port, ...]] = api("cinder", "volumes", "cinder-api", "cinder_api")

    enabled: bool = True
    """Whether the service runs."""
    backends: tuple[Literal["ceph", "lvm", "nfs"], ...] = ("ceph",)
    """Where volumes are kept; those of other makers through `kolla.globals`."""
    cluster_name: Name | None = None
    """Name that several cinder-volume share, so that one takes over for another; never change it again."""
    volume_group: VolumeGroup | None = None
    """LVM volume group of the storage hosts; none: `cinder-volumes`."""
    backup: Literal["ceph", "nfs", "s3", "swift", "off"] = "ceph"
    """Where backups of volumes go; `swift`: Kolla-Ansible's own, until 2024.2."""
    backup_share: Share | None = None
    """`HOST:/PATH` for backups on NFS."""

    def rows(self, cloud: CloudConfig, kolla: KollaSettings) -> Iterator[Row]:
        """Backends, and where backups go."""
        at = "kolla.cinder"
        backends = self.backends if self.enabled else ()
        yield "enable_cinder", self.enabled, f"{at}.enabled"
        yield "cinder_backend_ceph", "ceph" in backends, f"{at}.backends"
        yield "enable_cinder_backend_lvm", "lvm" in backends or None, f"{at}.backends"
        yield "enable_cinder_backend_nfs", "nfs" in backends or None, f"{at}.backends"
        yield "cinder_volume_group", self.volume_group, f"{at}.volumeGroup"
        if cloud.releases.openstack >= "2024.2":
            yield "cinder_cluster_name", self.cluster_name, f"{at}.clusterName"
        backup = self.backup if self.enabled else "off"
        yield "enable_cinder_backup", backup != "off", f"{at}.backup"
        yield "cinder_backup_driver", backup if backup != "off" else None, f"{at}.backup"
        yield "cinder_backup_share", self.backup_share, f"{at}.backupShare"

    def ceph_uses(self) -> dict[str, str]:
        """Volumes and their backups, if they are in Ceph."""
        uses = {}
        if self.enabled and "ceph" in self.backends:
            uses["cinder"] = "cinder.backends"
        if self.enabled and self.backup == "ceph":
            uses["cinder-backup"] = "cinder.backup"
        return uses

    def agents(self, cloud: CloudConfig, known: Values) -> Iterator[Agent]:
        """The scheduler, one cinder-volume for each backend, backups; all backends are on all of their hosts."""
        yield Agent("volume", "cinder-scheduler", hosts_of(cloud, "cinder-scheduler"))
        keepers = tuple(volume_hosts(cloud))
        own = effective(cloud)
        for kind in self.backends:
            if kind == "ceph" and "cinder_ceph_backends" in own:
                continue  # the site's own list, with names of its own
            backend = str(known.get(f"cinder_backend_{kind}_name"))
            yield Agent("volume", "cinder-volume", keepers, backend)
        if known.on("enable_cinder_backup"):
            yield Agent("volume", "cinder-backup", keepers)

    def problems(self, cloud: CloudConfig, kolla: KollaSettings) -> Iterator[Problem]:
        """Volumes have a place, and several that keep them know of each other."""
        if self.enabled:
            yield from self._backends(cloud, kolla)
            yield from self._cluster(cloud)
            yield from self._coordinated(cloud, kolla)
            yield from self._backup(cloud)

    def _backends(self, cloud: CloudConfig, kolla: KollaSettings) -> Iterator[Problem]:
        values = effective(cloud)
        other = [name for name in values if name.startswith("enable_cinder_backend_") and truth(values[name])]
        skipped = truth(values.get("skip_cinder_backend_check", False))
        if not self.backends and not other and not skipped:
            fix = "name `ceph`, another one, or set `enabled: false`"
            needs: tuple[Loc, ...] = ((*_CINDER, "backends"),)
            yield Problem((*_CINDER, "backends"), "is empty: volumes would have no place", fix, needs=needs)
        if local_volumes(cloud) and not cloud.with_role("storage"):
            reason = "has `lvm`, whose volumes are on the hosts with the role `storage`, and none has it"
            yield Problem(
                (*_CINDER, "backends"), reason, "give the role to those hosts", "lvm", needs=HOST_ROLES
            )
        shares = [path for path in kolla.overrides if path.rpartition("/")[2].startswith("nfs_shares")]
        if "nfs" in self.backends and not shares:
            reason = "has `nfs`, and nothing says which shares"
            fix = "add `cloud:kolla.overrides` with the path `cinder/nfs_shares`, one `HOST:/PATH` a line"
            yield Problem((*_CINDER, "backends"), reason, fix, "nfs")

    def _cluster(self, cloud: CloudConfig) -> Iterator[Problem]:
        name, here = self.cluster_name, (*_CINDER, "clusterName")
        release = cloud.releases.openstack
        hosts = volume_hosts(cloud)
        needs = (*HOST_ROLES, RELEASE)
        if truth(effective(cloud).get("cinder_cluster_skip_precheck", False)):
            return
        if release < "2024.2" and name:
            yield Problem(
                here,
                f"Kolla-Ansible {release} has no such option",
                "remove it; 2024.2 has it",
                name,
                needs=needs,
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

    def _coordinated(self, cloud: CloudConfig, kolla: KollaSettings) -> Iterator[Problem]:
        hosts = volume_hosts(cloud)
        release = cloud.releases.openstack
        if "ceph" not in self.backends or len(hosts) < 2 or kolla.coordination.backend:
            return
        if release >= "2025.1" and not truth(effective(cloud).get("skip_cinder_backend_check", False)):
            reason = f"is missing: {len(hosts)} cinder-volume on Ceph ({listed(hosts)}) lock each other out through one"
            loc: Loc = ("kolla", "coordination", "backend")
            yield Problem(loc, reason, "set it to `valkey`", needs=(*HOST_ROLES, RELEASE, _CINDER))

    def _backup(self, cloud: CloudConfig) -> Iterator[Problem]:
        if self.backup == "swift":
            swift = truth(effective(cloud).get("enable_swift", False))
            yield from needs_own_swift(cloud, (*_CINDER, "backup"), swift)
        if self.backup == "nfs" and not self.backup_share:
            yield Problem(
                (*_CINDER, "backupShare"), "is missing, and `backup` is nfs", "add it as `HOST:/PATH`"
            )
        if self.backup != "nfs" and self.backup_share:
            reason = f"is not used: `backup` is {self.backup}"
            yield Problem(
                (*_CINDER, "backupShare"), reason, "set `backup: nfs`, or remove it", self.backup_share
            )
        if self.backup == "s3":
            values = effective(cloud)
            for part in ("url", "bucket", "access_key", "secret_key"):
                if not (values.get(f"cinder_backup_s3_{part}") or values.get(f"s3_{part}")):
                    reason = f"is s3, and `cinder_backup_s3_{part}` is not set"
                    yield Problem((*_CINDER, "backup"), reason, "add it to `cloud:kolla.globals`", "s3")


class Iscsi(Service):
    """The iSCSI initiator, and the target of volumes on LVM."""

    name: ClassVar[str] = "iscsi"
    runs: ClassVar[str] = "enable_iscsid"
    ports: ClassVar[tuple[Port, ...]] = (
        Port(
            "iscsi",
            "volumes on LVM",
            ("iscsi_port",),
            ("tgtd",),
            ("control", "compute", "storage"),
            when="enable_cinder_backend_lvm",
        ),
    )


class Multipathd(Service):
    """Several ways to one volume."""

    name: ClassVar[str] = "multipathd"
    runs: ClassVar[str] = "enable_multipathd"
    silent: ClassVar[str] = "it works on the host's own devices"
