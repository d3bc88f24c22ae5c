"""Glance, Cinder, Manila, Gnocchi and the object store: what keeps data, and where."""

from __future__ import annotations

from typing import Literal

from config.base import Section
from config.types import HostName, Port


class Glance(Section):
    """Images."""

    backend: Literal["ceph", "file"] = "ceph"
    """Where images are kept; `file`: on the first control host alone."""
    show_direct_url: bool = False
    """Volumes are cloned from images in Ceph instead of copied; shows users where an image lies."""


class Cinder(Section):
    """Volumes."""

    enabled: bool = True
    """Whether the service runs."""
    backends: tuple[Literal["ceph", "lvm", "nfs"], ...] = ("ceph",)
    """Where volumes are kept; those of other makers through `kolla.globals`."""
    cluster_name: str | None = None
    """Name that several cinder-volume share, so that one takes over for another; never change it again."""
    volume_group: str | None = None
    """LVM volume group of the storage hosts; none: `cinder-volumes`."""
    backup: Literal["ceph", "nfs", "s3", "off"] = "ceph"
    """Where backups of volumes go."""
    backup_share: str | None = None
    """`HOST:/PATH` for backups on NFS."""


class Manila(Section):
    """Shared file systems."""

    enabled: bool = False
    """Whether the service runs."""
    backends: tuple[Literal["cephfs-native", "cephfs-nfs"], ...] = ("cephfs-native",)
    """How shares are reached: CephFS itself, or NFS in front of it."""
    filesystem: str | None = None
    """Name of the CephFS; none: that of `ceph.filesystem`."""


class ObjectGateway(Section):
    """One RADOS gateway behind the load balancer."""

    host: HostName
    """Name in the load balancer, a host of the cloud or another one."""
    ip: str
    """Address where it listens."""
    port: Port = 6780
    """TCP port where it listens."""


class ObjectStore(Section):
    """Object storage (S3 and Swift) by Ceph's RADOS gateways."""

    enabled: bool = False
    """Whether it is in the catalog and behind the load balancer."""
    gateways: tuple[ObjectGateway, ...] = ()
    """The gateways; none: those of `ceph.rgw`."""
    keystone: bool = True
    """Users log in with Keystone's tokens."""
    swift_compatibility: bool = False
    """The endpoint is `/v1` instead of `/swift/v1`; has to match the gateways."""
    account_in_url: bool | None = None
    """The endpoint has the project in it, as the gateways have it; none: as `ceph.rgw` says."""


class Gnocchi(Section):
    """Time series of metrics."""

    enabled: bool = False
    """Whether the service runs."""
    storage: Literal["ceph", "file"] = "ceph"
    """Where measures are kept; `file`: on each control host's own disk, so for one control host."""
    statsd: bool = False
    """Takes measures by StatsD too."""
    ceilometer: bool = True
    """Ceilometer runs and feeds it with the cloud's own metrics."""


class Coordination(Section):
    """What services lock each other out with."""

    backend: Literal["valkey", "redis", "etcd"] | None = None
    """Valkey from 2025.1 on, Redis before; Cinder on Ceph and Octavia's amphorae need one. None: none runs."""
