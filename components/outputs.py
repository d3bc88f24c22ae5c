"""The stack's outputs: the contract of docs/outputs.md."""

from __future__ import annotations

import pulumi

from components.ceph_storage import CephStorage
from components.firewall import Firewall
from components.kolla_cluster import KollaCluster
from config.cloud import CloudConfig


def export(
    cloud: CloudConfig, firewall: Firewall, storage: CephStorage | None, openstack: KollaCluster | None
) -> None:
    """Export what other stacks and people may rely on; nothing of it is a secret.

    Args:
        cloud: the whole cloud.
        firewall: the hosts' rules.
        storage: None: the cloud has no Ceph.
        openstack: None: the stack prepares hosts only.
    """
    networks = cloud.networks
    pulumi.export("cloud", cloud.name)
    pulumi.export("region", cloud.region)
    pulumi.export("domain", cloud.domain)
    pulumi.export(
        "hosts",
        {
            name: {
                "roles": list(host.roles),
                "addresses": {network: str(address) for network, address in host.addresses.items()},
            }
            for name, host in cloud.active().items()
        },
    )
    pulumi.export(
        "vips", {name: str(network.vip) for name, network in networks.defined().items() if network.vip}
    )
    pulumi.export("firewallRules", firewall.rules)
    if storage is not None:
        pulumi.export("cephFsid", storage.fsid)
    if openstack is not None:
        pulumi.export("services", openstack.services)
        pulumi.export("endpoints", openstack.endpoints)
