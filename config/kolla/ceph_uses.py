"""What of OpenStack keeps its data in Ceph, which field says so, and under which names."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from config.ceph.resolved import service_pools, service_users
from config.ceph.services import ServiceName
from config.kolla.service import Row

if TYPE_CHECKING:
    from config.cloud import CloudConfig
    from config.kolla import KollaSettings


def ceph_uses(kolla: KollaSettings) -> dict[str, str]:
    """The users of Ceph (`glance`, `cinder`, `cinder-backup`, `nova`, `manila`, `gnocchi`, `rgw`), with their field."""
    return {name: f"kolla.{field}" for part in kolla.parts() for name, field in part.ceph_uses().items()}


_POOLS: dict[ServiceName, str] = {
    "glance": "ceph_glance_pool_name",
    "cinder": "ceph_cinder_pool_name",
    "cinder-backup": "ceph_cinder_backup_pool_name",
    "nova": "ceph_nova_pool_name",
    "gnocchi": "ceph_gnocchi_pool_name",
}
_USERS: dict[ServiceName, str] = {
    "glance": "ceph_glance_user",
    "cinder": "ceph_cinder_user",
    "cinder-backup": "ceph_cinder_backup_user",
    "nova": "ceph_nova_user",
    "gnocchi": "ceph_gnocchi_user",
    "manila": "ceph_manila_user",
}


def ceph_rows(cloud: CloudConfig, kolla: KollaSettings) -> Iterator[Row]:
    """Pools and users as `ceph` has them, of the services that use them."""
    uses = ceph_uses(kolla)
    pools = service_pools(cloud.ceph) if cloud.ceph else {}
    users = service_users(cloud.ceph) if cloud.ceph else {}
    for service, name in _POOLS.items():
        yield name, pools.get(service) if service in uses else None, "ceph.services"
    for service, name in _USERS.items():
        yield name, users.get(service) if service in uses else None, "ceph.services"
