"""What CephStorage does, host by host and for the cluster as a whole. Pure: configuration in, states out."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from components.ceph_storage import cephadm, cluster, kolla_files, packages
from components.ceph_storage.conf import ADMIN_KEYRING, CONF, client_conf, keyring
from components.ceph_storage.kolla_files import KollaFile
from components.state import State
from config.ceph import CephSettings
from config.ceph.resolved import Placement, fsid, placement, users
from config.cloud import CloudConfig


@dataclass(frozen=True)
class CephHost:
    """The states of one host, in the order in which they are applied."""

    base: State
    """Packages, configuration, programs: no secrets, no daemons."""
    monitor: State | None = None
    """Its monitor. None: it has none, or cephadm places it."""
    daemons: State | None = None
    """Manager and OSDs, once the monitors have a quorum."""
    gateways: State | None = None
    """Metadata server and object gateway, once their pools are there."""


@dataclass(frozen=True)
class CephPlan:
    """The whole cluster."""

    settings: CephSettings
    cloud: CloudConfig
    fsid: str
    where: Placement
    hosts: dict[str, CephHost] = field(default_factory=dict)
    admin: str | None = None
    """The host on which the cluster is asked and changed; none: nobody has the right to."""
    pools: State | None = None
    """Options, modules, pools, filesystem, realm."""
    users: State | None = None
    """Users with their capabilities."""
    specs: str = ""
    """cephadm's specifications of hosts, monitors, managers, OSDs."""
    gateway_specs: str = ""
    """cephadm's specifications of metadata servers and gateways."""
    user_names: tuple[str, ...] = ()
    """The users whose keys Kolla-Ansible needs, without `client.`."""
    kolla_layout: dict[str, KollaFile] = field(default_factory=dict)
    """Files for Kolla-Ansible by path; known before the keys are."""
    kolla_globals: dict[str, Any] = field(default_factory=dict)
    """Options for Kolla-Ansible's globals.yml that follow from this."""

    @property
    def has_gateways(self) -> bool:
        """Whether object gateways log in to Keystone with a password."""
        return self.settings.rgw is not None and self.settings.rgw.keystone and not self.settings.external

    def host_secrets(self, host: str, keys: dict[str, str]) -> State:
        """The keyrings that a host of mode packages starts from; `keys`: of `mon` and `admin`."""
        return packages.secrets(self.where, host, keys["mon"], keys["admin"])

    def access(self, public_key: str) -> State:
        """The orchestrator's user, with its key."""
        return cephadm.access(self.cloud, self.where, public_key)

    def gateway_secret(self, password: str) -> State:
        """The gateways' password in Keystone, readable for their daemon alone."""
        owner = cephadm.CONTAINER_USER if self.settings.mode == "cephadm" else "ceph:ceph"
        file = {"content": password, "mode": "0600", "owner": owner, "sensitive": True}
        return {"files": {cluster.RGW_PASSWORD: file}}

    def kolla_files(self, keys: dict[str, str]) -> dict[str, str]:
        """Contents by path below Kolla-Ansible's config folder; `keys`: of each of `user_names`."""
        return kolla_files.contents(self.cloud, self.settings, keys)


def plan_ceph(cloud: CloudConfig) -> CephPlan | None:
    """The plan; None: the stack has no Ceph."""
    ceph = cloud.ceph
    if ceph is None:
        return None
    layout = kolla_files.layout(ceph)
    where = placement(cloud, ceph)
    names = sorted({file.user for file in layout.values() if file.user})
    hosts, admin = _external(cloud, ceph) if ceph.external else _own(cloud, ceph, where)
    own = ceph.mode == "cephadm"
    return CephPlan(
        settings=ceph,
        cloud=cloud,
        fsid=str(fsid(cloud, ceph)),
        where=where,
        hosts=hosts,
        admin=admin,
        pools=cluster.pools_state(cloud, ceph) if admin else None,
        users=cluster.users_state(ceph) if admin and users(ceph) else None,
        specs=cephadm.hosts_and_daemons(cloud, ceph, where) if own else "",
        gateway_specs=cephadm.gateways(cloud, ceph, where) if own else "",
        user_names=tuple(names),
        kolla_layout=layout,
        kolla_globals=kolla_files.kolla_globals(cloud, ceph),
    )


def _own(cloud: CloudConfig, ceph: CephSettings, where: Placement) -> tuple[dict[str, CephHost], str]:
    if ceph.mode == "cephadm":
        hosts = {name: CephHost(cephadm.base(cloud, ceph, where, name)) for name in where.all()}
    else:
        hosts = {
            name: CephHost(
                packages.base(cloud, ceph, where, name),
                packages.monitor(cloud, ceph, where, name),
                packages.daemons(cloud, ceph, where, name),
                packages.gateways(cloud, where, name),
            )
            for name in where.all()
        }
    return hosts, where.mons[0]


def _external(cloud: CloudConfig, ceph: CephSettings) -> tuple[dict[str, CephHost], str | None]:
    """With the administrator's key, the deploy host asks the cluster; without it, nobody does."""
    if ceph.external is None or ceph.external.admin_key is None:
        return {}, None
    admin = next(iter(cloud.with_role("deploy")))
    conf = {"content": client_conf(cloud, ceph), "mode": "0644"}
    return {admin: CephHost({"packages": {"present": ["ceph-common"]}, "files": {CONF: conf}})}, admin


def external_secrets(admin_key: str) -> State:
    """The administrator's keyring of an existing cluster."""
    text = keyring("client.admin", admin_key)
    return {
        "files": {ADMIN_KEYRING: {"content": text, "mode": "0600", "owner": "root:root", "sensitive": True}}
    }
