"""The whole cloud: load the configuration, plan, declare stage after stage, export what others may rely on."""

from __future__ import annotations

import datetime as dt
import gc
import os

import pulumi

from components import overview
from components.ceph_storage import CephStorage, CephStorageArgs
from components.edge_tls import EdgeIssued, EdgeTls, EdgeTlsArgs
from components.firewall import Firewall, FirewallArgs
from components.fleet import Fleet
from components.host_prep import HostPrep, HostPrepArgs
from components.kolla_cluster import KollaCluster, KollaClusterArgs
from components.outputs import export
from components.plans import plan_cloud
from components.stages import Stages
from components.tenancy import Tenancy, TenancyArgs
from components.tenancy.provider import openstack_provider
from components.vault_secrets import VaultSecrets, VaultSecretsArgs
from components.vault_secrets.declared import VaultContents, VaultContentsArgs
from config.environment import NOT_BEFORE_THE_END, UNTIL
from config.load import load_pulumi
from config.model.errors import ConfigErrors
from config.release_map import support_ended
from ops.password_stores import of_vault


async def main() -> None:
    """Declare the stack and see it registered.

    Raises:
        pulumi.RunError: the configuration is wrong; the message is the whole report.
    """
    # All that the program makes lives until its end: looking for garbage was most of its time for 1,000 hosts.
    gc.disable()
    until = os.environ.get(UNTIL, "")
    try:
        cloud = load_pulumi(without=NOT_BEFORE_THE_END if until else ())
        plans = plan_cloud(cloud, until, None if until else await of_vault(cloud))
    except (ConfigErrors, ValueError) as error:
        raise pulumi.RunError(str(error)) from None
    if ended := support_ended(cloud.releases.openstack, dt.datetime.now(dt.UTC).date()):
        pulumi.warn(f"cloud:releases.openstack: {ended}")
    overview.write(cloud, plans)

    fleet = Fleet.of(cloud, plans.operator_key)
    stages = Stages(fleet)
    hosts = stages.add(HostPrep, "hosts", HostPrepArgs(fleet, plans.hosts))
    firewall = stages.add(Firewall, "firewall", FirewallArgs(fleet, plans.firewall, after=[hosts]))
    vault = declared = edge = ceph = kolla = issued = None
    if plans.vault:
        vault = stages.add(VaultSecrets, "vault", VaultSecretsArgs(fleet, plans.vault, [firewall]))
        if plans.vault_contents:
            contents = VaultContentsArgs(plans.vault_contents, vault.credentials, [vault])
            declared = stages.add(VaultContents, "secrets", contents)
    if plans.edge:
        edge = stages.add(EdgeTls, "edge", EdgeTlsArgs(fleet, plans.edge, [vault, declared]))
    if plans.ceph:
        ceph_args = CephStorageArgs(fleet, plans.ceph, [firewall, vault], plans.gateway_password)
        ceph = stages.add(CephStorage, "ceph", ceph_args)
    if plans.kolla and plans.kolla_secrets:
        storage = ceph.kolla_files if ceph else None
        kolla_args = KollaClusterArgs(
            fleet, plans.kolla, plans.kolla_secrets, [firewall, vault, edge, ceph], storage
        )
        kolla = stages.add(KollaCluster, "kolla", kolla_args)
        if plans.edge and plans.edge.asked_back:
            issued = stages.add(EdgeIssued, "edge-issued", EdgeTlsArgs(fleet, plans.edge, [kolla]))
    if plans.tenancy:
        provider = openstack_provider(plans.tenancy.access, plans.admin_password)
        stages.add(Tenancy, "tenancy", TenancyArgs(plans.tenancy, provider, [kolla, issued]))
    export(cloud, firewall, ceph, kolla)
    await stages.settled()


pulumi.run(main)
