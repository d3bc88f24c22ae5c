"""What stands in the folders of adopt_folders, and what an operator adds to each."""

from __future__ import annotations

from typing import Any

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

CEPH = """\
glance_backend_ceph: true
cinder_backend_ceph: true
cinder_backup_driver: ceph
nova_backend_ceph: true
ceph_glance_pool_name: site-images
"""
