"""Folders as /etc/kolla is on a deployment host: plain Kolla-Ansible's, Kayobe's, the product's own for the lab."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from components.kolla_cluster.plan import plan_kolla
from components.kolla_cluster.secret_files import read_secrets
from config.ceph.resolved import fsid
from config.cloud import CloudConfig
from config.release_map.inventory import groups
from tests.unit.components.support import Raw, cloud
from tests.unit.config.kolla_secrets import certificate, fake_passwords, private_key
from tests.unit.ops.adopt_texts import CEPH, GLOBALS, INI, KAYOBE, KAYOBE_HOSTS, KAYOBE_TEXTS, LATER
from tests.unit.support import cloud_fields

SERIES = "2025.1"


def put(folder: Path, files: dict[str, str]) -> Path:
    """Write texts by their path below the folder."""
    for path, text in files.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    return folder


def passwords(series: str = SERIES) -> str:
    return fake_passwords(series)


def multinode(series: str, hosts: dict[str, list[str]], **placed: list[str]) -> str:
    """The release's own example of an inventory, with hosts in its groups."""
    sections = []
    for name, group in groups(series).items():
        if group.top:
            lines = hosts.get(
                name, ["localhost       ansible_connection=local"] if name == "deployment" else []
            )
            sections.append("\n".join([f"[{name}]", *lines]))
        else:
            lines = placed.get(name.replace("-", "_"), list(group.children))
            sections.append("\n".join([f"[{name}:children]", *lines]))
    return "\n\n".join(sections) + "\n"


def kolla_ansible(folder: Path) -> Path:
    """Plain Kolla-Ansible: three hosts that control, gate and store, two that compute."""
    three = [f"ctl{n:02d} ansible_host=10.20.0.{10 + n} ansible_user=ops" for n in (1, 2, 3)]
    hosts = {
        "control": three,
        "network": ["ctl[01:03]"],
        "compute": ["cmp01 ansible_host=10.20.0.31", "cmp02 ansible_host=10.20.0.32"],
        "monitoring": ["ctl01"],
        "storage": ["ctl[01:03]"],
    }
    return put(
        folder,
        {
            "globals.yml": GLOBALS,
            "globals.d/10-site.yml": LATER,
            "passwords.yml": passwords(),
            "multinode": multinode(SERIES, hosts),
            **{f"config/{path}": text for path, text in INI.items()},
            "certificates/haproxy.pem": certificate("api.example.org", "internal.example.org"),
            "certificates/ca/root.crt": certificate("root.example.org", with_key=False),
            "config/nfs_shares": "192.0.2.9:/volumes\n",
        },
    )


def _below_the_top() -> str:
    """The release's groups of groups."""
    _, head, rest = multinode(SERIES, {}).partition("[baremetal:children]")
    return head + rest


def with_ceph(folder: Path) -> Path:
    """Plain Kolla-Ansible with everything in a cluster that is there; volumes and servers are of one user."""
    conf = "[global]\nfsid = 4b5c8c0a-ff60-454b-a1b4-9747aa737d19\nmon_host = [v2:10.22.0.7:3300/0,v1:10.22.0.7:6789/0],10.22.0.8\n"
    rings = [("glance", "glance"), ("cinder", "cinder"), ("cinder", "cinder-backup"), ("nova", "cinder")]
    files = {
        f"config/{service}/ceph.client.{user}.keyring": f"[client.{user}]\nkey = canary-5e1f-{user}\n"
        for service, user in rings
    }
    files |= {f"config/{service}/ceph.conf": conf for service in ("glance", "cinder", "nova")}
    return put(kolla_ansible(folder), {"globals.d/20-ceph.yml": CEPH, **files})


def kayobe(folder: Path) -> Path:
    """What Kayobe writes on its control host: an inventory for the seed and one for the overcloud, with host_vars."""
    found = {
        "globals.yml": KAYOBE,
        "passwords.yml": passwords(),
        "certificates/haproxy.pem": certificate("api.kayobe.test"),
        "certificates/haproxy-internal.pem": certificate("internal.kayobe.test"),
        "config/octavia/server_ca.cert.pem": certificate("server-ca.kayobe.test", with_key=False),
        "config/octavia/server_ca.key.pem": private_key(),
        "config/octavia/client_ca.cert.pem": certificate("client-ca.kayobe.test", with_key=False),
        "config/octavia/client.cert-and-key.pem": certificate("client.kayobe.test"),
        "inventory/seed/hosts": "[seed]\nkseed ansible_host=10.30.0.4\n",
        "inventory/overcloud/hosts": KAYOBE_HOSTS + _below_the_top(),
        "inventory/overcloud/group_vars/overcloud/site": "---\nopenstack_service_workers: 4\nsite_mail: ops@kayobe.test\n",
        **{f"config/{path}": text for path, text in KAYOBE_TEXTS.items()},
    }
    for at, name in enumerate(("kctl1", "kctl2", "kctl3", "kcmp1", "kcmp2"), start=11):
        devices = {
            "ansible_host": f"10.30.0.{at}",
            "network_interface": "bond0.101",
            "api_interface": "bond0.101",
            "tunnel_interface": "bond0.102",
            "migration_interface": "bond0.101",
            **({"kolla_external_vip_interface": "bond0.103"} if "ctl" in name else {}),
            "neutron_bridge_name": "br-a,br-b",
            "neutron_external_interface": "eno3,eno4",
        }
        found[f"inventory/overcloud/host_vars/{name}"] = yaml.safe_dump(devices, explicit_start=True)
    return put(folder, found)


def lab(folder: Path) -> tuple[Path, CloudConfig, dict[str, Any]]:
    """The lab's deploy host, whose files the product itself wrote; with what they do not say."""
    planned = cloud("lab")
    assert planned.ceph
    ceph = f"[global]\nfsid = {fsid(planned, planned.ceph)}\nmon host = 10.10.20.41,10.10.20.42,10.10.20.43\n"
    files = {f"config/{service}/ceph.conf": ceph for service in ("glance", "cinder", "nova")}
    rings = {
        f"config/{s}/ceph.client.{s}.keyring": f"[client.{s}]\nkey = canary-5e1f-{s}\n"
        for s in ("glance", "cinder")
    }
    put(folder, {**plan_kolla(planned).files(), "passwords.yml": passwords(), **files, **rings})
    return folder, planned, _not_said(cloud_fields("Pulumi.lab.yaml", "lab/profiles/cloud.yaml"))


def prod(folder: Path, series: str) -> tuple[Path, CloudConfig, dict[str, Any]]:
    """What the product wrote for the example of production, secrets too; with what it does not say."""

    def change(raw: Raw) -> None:
        raw["releases"] = {"openstack": series, "hostOs": "ubuntu-24.04"}
        raw["kolla"]["passwords"] = {"secret": fake_passwords(series)}
        if series < "2025.1":
            raw["kolla"]["coordination"] = {"backend": "redis"}
        if series < "2024.2":
            del raw["kolla"]["cinder"]["clusterName"]

    planned = cloud("prod", change)
    put(folder, {**plan_kolla(planned).files(), **read_secrets(planned).files})
    raw = cloud_fields("Pulumi.prod.yaml")
    return folder, planned, {**_not_said(raw), "releases": {"hostOs": "ubuntu-24.04"}}


def _not_said(raw: Raw) -> dict[str, Any]:
    """Networks, hosts' addresses and Ceph as it is made, which no folder of Kolla-Ansible's says."""
    active = {name: said for name, said in raw["hosts"].items() if said.get("enabled", True)}
    hosts = {name: {"addresses": said["addresses"]} for name, said in active.items()}
    return {**{key: raw[key] for key in ("networks", "ceph", "domain")}, "hosts": hosts}


def written(path: Path, fields: dict[str, Any]) -> Path:
    path.write_text(yaml.safe_dump(fields))
    return path
