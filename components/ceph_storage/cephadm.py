"""Mode cephadm: how the cluster is bootstrapped, and the specifications that its orchestrator keeps."""

from __future__ import annotations

import shlex
from typing import Any

import yaml

from components.ceph_storage.cluster import RGW_PASSWORD
from components.ceph_storage.conf import ADMIN_KEYRING, CONF, storage_address
from components.host_prep.access import CEPHADM_USER
from components.state import State
from config.ceph import CephSettings
from config.ceph.osds import DeviceFilter
from config.ceph.resolved import Placement, fsid
from config.cloud import CloudConfig

USER = CEPHADM_USER
"""The orchestrator's user on every host of the cluster: root cannot log in."""
FOLDER = "/var/lib/openstack-cloud/ceph"
KEY = f"{FOLDER}/id_ed25519"
BOOTSTRAP = "/usr/local/sbin/ceph-bootstrap"
CONTAINER_USER = "167:167"
"""User and group `ceph` in Ceph's images."""
_IMAGE = "quay.io/ceph/ceph"


def image(ceph: CephSettings) -> str:
    """The pinned container image."""
    return f"{ceph.image or _IMAGE}:v{ceph.version}"


def bootstrap_command(cloud: CloudConfig, ceph: CephSettings, where: Placement) -> list[str]:
    """The one call that makes the cluster, on its first monitor's host."""
    networks = cloud.networks
    words = ["cephadm", "--image", image(ceph), "bootstrap"]
    words += ["--fsid", str(fsid(cloud, ceph)), "--mon-ip", storage_address(cloud, where.mons[0])]
    if networks.carrying("replication") != networks.carrying("storage"):
        words += ["--cluster-network", str(networks.defined()["replication"].cidr)]
    words += ["--ssh-user", USER, "--ssh-private-key", KEY, "--ssh-public-key", f"{KEY}.pub"]
    if cloud.ssh.port != 22:
        words += ["--ssh-config", f"{FOLDER}/ssh_config"]
    words += ["--output-config", CONF, "--output-keyring", ADMIN_KEYRING]
    return [*words, "--skip-dashboard", "--skip-monitoring-stack", "--skip-firewalld"]


def bootstrap_script(cloud: CloudConfig, ceph: CephSettings, where: Placement) -> str:
    """The call as a program that can be killed and run again.

    A bootstrap that died leaves a monitor that nobody can log in to; with the same id it cannot be
    bootstrapped again. It is removed only while our own note says that no bootstrap has ever ended, and
    only if this host has no OSD of it.
    """
    cluster = fsid(cloud, ceph)
    return f"""\
#!/bin/sh
# Managed by openstack-cloud: bootstraps the Ceph cluster once.
set -eu
begun={FOLDER}/bootstrapping
if [ -e {ADMIN_KEYRING} ] && [ ! -e "$begun" ]; then
    exec timeout 60 ceph --connect-timeout 30 quorum_status >/dev/null
fi
if [ -e "$begun" ] && [ -d /var/lib/ceph/{cluster} ]; then
    if ls -d /var/lib/ceph/{cluster}/osd.* >/dev/null 2>&1; then
        echo "an unfinished bootstrap of {cluster} has OSDs: nothing is removed; look at it by hand" >&2
        exit 1
    fi
    cephadm rm-cluster --force --fsid {cluster}
fi
: >"$begun"
{shlex.join(bootstrap_command(cloud, ceph, where))}
rm "$begun"
"""


def base(cloud: CloudConfig, ceph: CephSettings, where: Placement, host: str) -> State:
    """What cephadm needs on a host; on the first one, the bootstrap itself as a program."""
    files: State = {
        f"/etc/sudoers.d/60-{USER}": {"content": f"{USER} ALL=(ALL:ALL) NOPASSWD: ALL\n", "mode": "0440"}
    }
    packages = ["lvm2"]
    if host == where.mons[0]:
        packages += ["ceph-common", "cephadm"]
        files[BOOTSTRAP] = {"content": bootstrap_script(cloud, ceph, where), "mode": "0755"}
        if cloud.ssh.port != 22:
            text = f"Host *\n  User {USER}\n  Port {cloud.ssh.port}\n  ConnectTimeout 30\n"
            files[f"{FOLDER}/ssh_config"] = {"content": text, "mode": "0644"}
    return {
        "packages": {"present": packages},
        "directories": {FOLDER: {"mode": "0700", "owner": "root:root"}},
        "files": files,
        "effective": {f"/etc/sudoers.d/60-{USER}": "sudoers"},
    }


def access(cloud: CloudConfig, where: Placement, public_key: str) -> State:
    """The orchestrator's user, let in from the monitors' hosts alone."""
    sources = ",".join(storage_address(cloud, name) for name in where.mons)
    return {
        "users": {
            USER: {
                "system": True,
                "shell": "/bin/bash",
                "home": f"/var/lib/{USER}-user",
                "authorized_keys": [f'from="{sources}" {public_key.strip()}'],
                "locked": True,
            }
        }
    }


def hosts_and_daemons(cloud: CloudConfig, ceph: CephSettings, where: Placement) -> str:
    """Specifications of the hosts, monitors, managers and OSDs."""
    specs: list[dict[str, Any]] = [
        {
            "service_type": "host",
            "hostname": name,
            "addr": storage_address(cloud, name),
            **({"labels": ["_admin"]} if name == where.mons[0] else {}),
        }
        for name in where.all()
    ]
    specs += [
        {"service_type": "mon", "placement": {"hosts": list(where.mons)}},
        {"service_type": "mgr", "placement": {"hosts": list(where.mons)}},
    ]
    specs += [
        {
            "service_type": "osd",
            "service_id": name,
            "placement": {"hosts": list(spec.hosts or where.osds)},
            "spec": {
                "data_devices": _devices(spec.data_devices),
                **({"db_devices": _devices(spec.db_devices)} if spec.db_devices else {}),
                **({"wal_devices": _devices(spec.wal_devices)} if spec.wal_devices else {}),
                **({"encrypted": True} if spec.encrypted else {}),
            },
        }
        for name, spec in ceph.osds.items()
    ]
    return _written(specs)


def gateways(cloud: CloudConfig, ceph: CephSettings, where: Placement) -> str:
    """Specifications of metadata servers and object gateways; their pools and realm are there by then."""
    specs: list[dict[str, Any]] = []
    if ceph.filesystem:
        specs.append(
            {
                "service_type": "mds",
                "service_id": ceph.filesystem.name,
                "placement": {"hosts": list(where.mds)},
            }
        )
    if ceph.rgw:
        storage = cloud.networks.defined()[cloud.networks.carrying("storage")].cidr
        specs.append(
            {
                "service_type": "rgw",
                "service_id": ceph.rgw.zone,
                "placement": {"hosts": list(where.gateways)},
                "networks": [str(storage)],
                "extra_container_args": ["-v", f"{RGW_PASSWORD}:{RGW_PASSWORD}:ro"],
                "spec": {
                    "rgw_realm": ceph.rgw.realm,
                    "rgw_zonegroup": ceph.rgw.zonegroup,
                    "rgw_zone": ceph.rgw.zone,
                    "rgw_frontend_port": ceph.rgw.port,
                },
            }
        )
    return _written(specs)


def _devices(wanted: DeviceFilter) -> dict[str, Any]:
    return wanted.model_dump(exclude_defaults=True, exclude_none=True, mode="json")


def _written(specs: list[dict[str, Any]]) -> str:
    return "---\n".join(yaml.safe_dump(spec, sort_keys=False) for spec in specs)
