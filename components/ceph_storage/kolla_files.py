"""What Kolla-Ansible wants to find of Ceph: files below its config folder, options in globals.yml.

The files are named alike in all supported releases: `ceph.conf` and `ceph.client.USER.keyring` for each service.
Before 2025.1 the names of keyrings are options of their own, of which one does not follow its user: Nova's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from components.ceph_storage.conf import client_conf, keyring, storage_address
from config.ceph import CephSettings
from config.ceph.resolved import placement, service_pools, service_users
from config.ceph.services import ServiceName
from config.cloud import CloudConfig

_OPTIONS: dict[ServiceName, tuple[str, str]] = {
    "glance": ("ceph_glance_user", "ceph_glance_pool_name"),
    "cinder": ("ceph_cinder_user", "ceph_cinder_pool_name"),
    "cinder-backup": ("ceph_cinder_backup_user", "ceph_cinder_backup_pool_name"),
    "nova": ("ceph_nova_user", "ceph_nova_pool_name"),
    "gnocchi": ("ceph_gnocchi_user", "ceph_gnocchi_pool_name"),
    "manila": ("ceph_manila_user", ""),
}
_SWITCHES: dict[ServiceName, dict[str, Any]] = {
    "glance": {"glance_backend_ceph": True},
    "cinder": {"cinder_backend_ceph": True},
    "cinder-backup": {"cinder_backup_driver": "ceph"},
    "nova": {"nova_backend_ceph": True},
    "gnocchi": {"gnocchi_backend_storage": "ceph"},
    "manila": {"enable_manila_backend_cephfs_native": True},
}
KEYRING_OPTIONS_UNTIL = "2024.2"
"""The last release with `ceph_*_keyring`."""


@dataclass(frozen=True)
class KollaFile:
    """One file below the config folder."""

    user: str | None
    """Whose keyring it is, without `client.`; none: it is a ceph.conf."""


def layout(ceph: CephSettings) -> dict[str, KollaFile]:
    """The files by path; each service gets the keys that it works with and no others."""
    users = service_users(ceph)
    conf = KollaFile(None)
    found: dict[str, KollaFile] = {}

    def add(folder: str, *services: ServiceName) -> None:
        for service in services:
            if service in users:
                found[f"{folder}/ceph.client.{users[service]}.keyring"] = KollaFile(users[service])

    for folder in ("glance", "cinder", "gnocchi", "manila"):
        if folder in users:
            found[f"{folder}/ceph.conf"] = conf
    add("glance", "glance")
    add("cinder/cinder-volume", "cinder")
    if "cinder-backup" in users:
        # It reads the volumes with Cinder's key and writes the backups with its own.
        add("cinder/cinder-backup", "cinder", "cinder-backup")
    if {"nova", "cinder"} & users.keys():
        found["nova/ceph.conf"] = conf
        add("nova", "nova", "cinder")
    add("gnocchi", "gnocchi")
    add("manila", "manila")
    return dict(sorted(found.items()))


def contents(cloud: CloudConfig, ceph: CephSettings, keys: Mapping[str, str]) -> dict[str, str]:
    """The files' texts, out of the key of each user."""
    conf = client_conf(cloud, ceph)
    return {
        path: conf if file.user is None else keyring(f"client.{file.user}", keys[file.user])
        for path, file in layout(ceph).items()
    }


def kolla_globals(cloud: CloudConfig, ceph: CephSettings) -> dict[str, Any]:
    """Options of Kolla-Ansible that follow from the settings, for globals.yml."""
    users, pools = service_users(ceph), service_pools(ceph)
    found: dict[str, Any] = {}
    for service, user in users.items():
        user_option, pool_option = _OPTIONS[service]
        found |= _SWITCHES[service] | {user_option: user}
        if service in pools:
            found[pool_option] = pools[service]
    if "nova" in users and cloud.releases.openstack <= KEYRING_OPTIONS_UNTIL:
        found["ceph_nova_keyring"] = f"client.{users['nova']}.keyring"
    if "manila" in users and ceph.filesystem:
        found["manila_cephfs_filesystem_name"] = ceph.filesystem.name
    if ceph.external:
        return found
    where = placement(cloud, ceph)
    if ceph.rgw:
        found |= {
            "enable_ceph_rgw": True,
            "enable_ceph_rgw_keystone": ceph.rgw.keystone,
            "ceph_rgw_hosts": [
                {"host": name, "ip": storage_address(cloud, name), "port": ceph.rgw.port}
                for name in where.gateways
            ],
            "ceph_rgw_keystone_user": ceph.rgw.keystone_user,
            "ceph_rgw_swift_account_in_url": ceph.rgw.account_in_url,
            # Else each reconfigure sets the gateways' password again, which ends their tokens.
            "update_keystone_service_user_passwords": False,
        }
    if ceph.prometheus:
        found["enable_prometheus_ceph_mgr_exporter"] = True
        found["prometheus_ceph_mgr_exporter_endpoints"] = [
            f"{cloud.hosts[name].addresses['management']}:9283" for name in where.mons
        ]
    return found
