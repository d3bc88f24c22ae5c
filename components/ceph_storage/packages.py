"""Mode packages: the distribution's daemons on each host, as states of hostctl."""

from __future__ import annotations

from uuid import UUID, uuid5

from components.ceph_storage.conf import ADMIN_KEYRING, CONF, host_conf, keyring, storage_address
from components.state import State
from components.trust import trusted
from config.ceph import CephSettings
from config.ceph.resolved import Placement, fsid
from config.cloud import CloudConfig

APIS_CA = "/usr/local/share/ca-certificates/openstack-cloud-apis.crt"
MON_KEYRING = "/etc/ceph/ceph.mon.keyring"
_MON_CAPS = 'caps mon = "allow *"\n'
_ADMIN_CAPS = "".join(f'caps {kind} = "allow *"\n' for kind in ("mds", "mgr", "mon", "osd"))

_MGR_CAPS = {"mon": "allow profile mgr", "osd": "allow *", "mds": "allow *"}
_OSD_CAPS = {"mon": "allow profile osd", "mgr": "allow profile osd", "osd": "allow *"}
# As cephadm gives them: nothing but the pools that are tagged for the purpose.
_MDS_CAPS = {"mon": "profile mds", "mgr": "profile mds", "osd": "allow rw tag cephfs *=*", "mds": "allow"}
_RGW_CAPS = {"mon": "allow rw", "mgr": "allow rw", "osd": "allow rwx tag rgw *=*"}


def base(cloud: CloudConfig, ceph: CephSettings, where: Placement, host: str) -> State:
    """Packages and configuration; no daemon starts by itself."""
    wanted = ["ceph-common"]
    wanted += ["ceph-mgr", "ceph-mgr-modules-core", "ceph-mon"] if host in where.mons else []
    wanted += ["ceph-mgr-dashboard"] if ceph.dashboard and host in where.mons else []
    wanted += ["ceph-osd"] if host in where.osds else []
    wanted += ["ceph-mds"] if host in where.mds else []
    wanted += ["radosgw"] if host in where.gateways else []
    return {
        "packages": {"present": sorted(wanted)},
        "files": {CONF: {"content": host_conf(cloud, ceph, host), "mode": "0644"}},
        # Comes with nvme-cli, which Ceph's packages need for its other commands; fails where there is no NVMe-oF.
        "units": {"nvmf-autoconnect.service": {"enabled": False}},
    }


def secrets(where: Placement, host: str, mon_key: str, admin_key: str) -> State:
    """The keys that the others are made with; monitors get both, since a new one is made from both."""
    admin = keyring("client.admin", admin_key, _ADMIN_CAPS)
    files = {ADMIN_KEYRING: {"content": admin, "mode": "0600", "owner": "root:root", "sensitive": True}}
    if host in where.mons:
        text = keyring("mon.", mon_key, _MON_CAPS) + admin
        files[MON_KEYRING] = {"content": text, "mode": "0600", "owner": "ceph:ceph", "sensitive": True}
    return {"files": files}


def monitor(cloud: CloudConfig, ceph: CephSettings, where: Placement, host: str) -> State | None:
    """The host's monitor; all of them are made with the same map, so none has to be first."""
    if host not in where.mons:
        return None
    monmap = {}
    for name in where.mons:
        address = storage_address(cloud, name)
        monmap[name] = f"[v2:{address}:3300,v1:{address}:6789]"
    return {
        "ceph_daemons": {
            f"mon.{host}": {"fsid": str(fsid(cloud, ceph)), "monmap": monmap, "keyring": MON_KEYRING}
        }
    }


def daemons(cloud: CloudConfig, ceph: CephSettings, where: Placement, host: str) -> State | None:
    """Manager and OSDs: what the cluster needs before it can hold anything."""
    found: State = {}
    if host in where.mons:
        found[f"mgr.{host}"] = {"caps": _MGR_CAPS}
    if host in where.osds:
        for number in range(ceph.file_osds.per_host):
            found[f"osd.{host}-{number}"] = {
                "uuid": str(_osd_uuid(fsid(cloud, ceph), host, number)),
                "caps": _OSD_CAPS,
            }
    return {"ceph_daemons": found} if found else None


def gateways(cloud: CloudConfig, where: Placement, host: str) -> State | None:
    """Metadata server and object gateway: they work in pools that must be there first."""
    found: State = {}
    if host in where.mds:
        found[f"mds.{host}"] = {"caps": _MDS_CAPS}
    if host not in where.gateways:
        return {"ceph_daemons": found} if found else None
    found[f"client.rgw.{host}"] = {"caps": _RGW_CAPS}
    tls = cloud.kolla.tls if cloud.kolla else None
    ca = tls.ca.read_text(encoding="utf-8") if tls and tls.internal and tls.ca else ""
    # The gateway asks Keystone over TLS, and believes whom its host believes.
    return {"ceph_daemons": found, **(trusted(APIS_CA, "the cloud's own", ca) if ca else {})}


def _osd_uuid(cluster: UUID, host: str, number: int) -> UUID:
    """Known before the OSD is: asked again after a crash, the cluster gives the number that it gave before."""
    return uuid5(cluster, f"{host}/{number}")
