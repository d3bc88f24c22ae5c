"""CephFS for Manila and object gateways for S3 and Swift."""

from __future__ import annotations

from pydantic import Field

from config.model.base import Section
from config.model.texts.ceph import CephName
from config.model.texts.lines import Line
from config.model.texts.network import HostName, HttpUrl
from config.model.types import Port


class Filesystem(Section):
    """The CephFS in which Manila's shares live."""

    name: CephName = "cephfs"
    """Its name (`manila_cephfs_filesystem_name`)."""
    metadata_pool: CephName = "cephfs_metadata"
    """Pool of names and folders."""
    data_pool: CephName = "cephfs_data"
    """Pool of files' contents."""
    hosts: tuple[HostName, ...] = ()
    """Hosts of its metadata servers; none: the monitors' hosts."""


class Rgw(Section):
    """Object gateways; Kolla's load balancer is in front of them."""

    hosts: tuple[HostName, ...] = ()
    """Hosts of the gateways; none: every host of the role `storage`."""
    port: Port = 6780
    """TCP port of each gateway, on the storage network."""
    realm: CephName = "cloud"
    """Realm, the namespace of users and buckets."""
    zonegroup: CephName = "default"
    """Zonegroup, usually a region."""
    zone: CephName = "default"
    """Zone, usually a data centre."""
    keystone: bool = True
    """OpenStack's users and projects are the gateways' too."""
    keystone_user: CephName = "ceph_rgw"
    """The gateways' own user in Keystone (`ceph_rgw_keystone_user`)."""
    keystone_url: HttpUrl | None = None
    """Keystone's base URL for the gateways; none: the internal endpoint of `cloud:kolla`."""
    accepted_roles: tuple[Line, ...] = Field(default=("member", "admin"), min_length=1)
    """Roles in a project that may use its buckets."""
    account_in_url: bool = True
    """Swift URLs name the project (`AUTH_…`): public buckets and access across projects need it."""
    local_users: bool = False
    """True: without Keystone, users are created by hand with `radosgw-admin user create`."""
