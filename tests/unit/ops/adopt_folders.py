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


GLOBALS = """\
---
# What a site sets in Kolla-Ansible's own example; the other lines of it are comments.
workaround_ansible_issue_8743: yes
config_strategy: "COPY_ALWAYS"
kolla_base_distro: "ubuntu"
openstack_release: "2025.1"
kolla_internal_vip_address: "10.20.0.250"
kolla_internal_fqdn: "internal.example.org"
kolla_external_vip_address: "192.0.2.250"
kolla_external_fqdn: "api.example.org"
docker_registry: registry.example.org:5000
docker_namespace: "site.kolla"
network_interface: "bond0.20"
kolla_external_vip_interface: "bond0.30"
neutron_external_interface: "eno3"
neutron_plugin_agent: "ovn"
neutron_dns_domain: "example.org."
keepalived_virtual_router_id: "77"
kolla_enable_tls_internal: "yes"
kolla_enable_tls_external: "yes"
kolla_copy_ca_into_containers: "yes"
openstack_cacert: "/etc/ssl/certs/ca-certificates.crt"
openstack_region_name: "North"
openstack_service_workers: 8
enable_neutron_qos: yes
enable_cinder: "yes"
enable_cinder_backend_nfs: "yes"
cinder_cluster_name: "north"
cinder_backup_driver: "nfs"
cinder_backup_share: "192.0.2.9:/backup"
enable_etcd: "yes"
enable_mariabackup: no
enable_proxysql: "yes"
enable_prometheus: "yes"
enable_grafana: "yes"
enable_designate: "no"
enable_haproxy: "yes"
prometheus_cmdline_extras: "--storage.tsdb.retention.time=30d --web.enable-lifecycle"
nova_compute_virt_type: "kvm"
nova_console: "spice"
fernet_token_expiry: 43200
nova_libvirt_dimensions: {mem_limit: 8g}
haproxy_max_connections: 20000
glance_file_datadir_volume: "glance"
"""

LATER = """\
# Over globals.yml: Kolla-Ansible passes the files of globals.d after it.
haproxy_max_connections: 30000
enable_barbican: true
keystone_admin_password: later-than-passwords-yml
"""

INI = {"nova/nova-scheduler.conf": "[filter_scheduler]\nhost_subset_size = 3\n"}


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


ADDRESSES: dict[str, Any] = {
    "networks": {
        "management": {"cidr": "10.20.0.0/24", "gateway": "10.20.0.1"},
        "public": {"cidr": "192.0.2.0/24"},
    },
    "hosts": {
        **{f"ctl{n:02d}": {"addresses": {"public": f"192.0.2.{10 + n}"}} for n in (1, 2, 3)},
        "deploy": {"addresses": {"management": "10.20.0.5"}},
    },
}


KAYOBE = """\
---
config_strategy: COPY_ALWAYS
kolla_base_distro: ubuntu
openstack_release: "2025.1"
node_custom_config: /etc/kolla/config
kolla_external_fqdn_cert: /etc/kolla/certificates/haproxy.pem
kolla_internal_fqdn_cert: /etc/kolla/certificates/haproxy-internal.pem
kolla_internal_vip_address: 10.30.0.2
kolla_internal_fqdn: internal.kayobe.test
kolla_external_vip_address: 198.51.100.2
kolla_external_fqdn: api.kayobe.test
kolla_enable_tls_internal: true
kolla_enable_tls_external: true
docker_registry: registry.kayobe.test
docker_custom_config: {log-opts: {max-file: "5"}}
neutron_plugin_agent: openvswitch
neutron_type_drivers: "flat,vlan,vxlan"
neutron_tenant_network_types: vxlan
enable_cinder: true
enable_cinder_backend_lvm: true
enable_cinder_backup: false
cinder_volume_group: volumes
cinder_cluster_name: kayobe
enable_heat: false
enable_octavia: true
octavia_network_type: tenant
enable_redis: true
openstack_logging_debug: false
custom_domain: kayobe.test
"""
"""As Kayobe merges it of its template and the site's kolla/globals.yml; interfaces are the hosts' own there."""

KAYOBE_HOSTS = """\
# Top level controllers group.
[controllers]
kctl1
kctl2
kctl3

[compute]
kcmp1
kcmp2

[overcloud:children]
controllers
compute

[overcloud:vars]
ansible_user=stack
ansible_become=true

[control:children]
controllers

[network:children]
controllers

[monitoring:children]
controllers

[storage:children]
controllers

"""


KAYOBE_TEXTS = {
    "keystone.conf": "[identity]\ndefault_domain_id = {{ custom_domain }}\n",
    "nova/nova-compute.conf": "[DEFAULT]\nreserved_host_memory_mb = 4096\n# {{ site_mail }}\n",
}


def _below_the_top() -> str:
    """The release's groups of groups."""
    _, head, rest = multinode(SERIES, {}).partition("[baremetal:children]")
    return head + rest


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


KAYOBE_ADDRESSES: dict[str, Any] = {
    "networks": {
        "management": {"cidr": "10.30.0.0/24", "gateway": "10.30.0.1"},
        "public": {"cidr": "198.51.100.0/24"},
        "tunnel": {"cidr": "10.31.0.0/24"},
    },
    "hosts": {
        **{
            f"kctl{n}": {"addresses": {"public": f"198.51.100.{10 + n}", "tunnel": f"10.31.0.{10 + n}"}}
            for n in (1, 2, 3)
        },
        **{f"kcmp{n}": {"addresses": {"tunnel": f"10.31.0.{20 + n}"}} for n in (1, 2)},
        "deploy": {"addresses": {"management": "10.30.0.5"}},
    },
}


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
