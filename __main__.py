"""The whole cloud: load the configuration, build the components in order, export what others may rely on."""

from __future__ import annotations

import asyncio
import gc

import pulumi
import pulumi_command as command

from components.ceph_storage import CephStorage, CephStorageArgs
from components.ceph_storage.plan import plan_ceph
from components.firewall import Firewall, FirewallArgs
from components.firewall.plan import plan_firewall
from components.host_prep import HostPrep, HostPrepArgs
from components.host_prep.plan import plan_hosts
from components.keys import read_private_key
from components.kolla_cluster import KollaCluster, KollaClusterArgs
from components.kolla_cluster.passwords import read_passwords
from components.kolla_cluster.plan import plan_kolla
from components.kolla_cluster.secret_files import secret_files
from components.outputs import export
from components.remote import host_connections
from components.site import hostctl_bundle, kolla_run_bundle
from config.errors import ConfigErrors
from config.load import load_pulumi


async def main() -> None:
    """Declare the stack and see it registered.

    Raises:
        pulumi.RunError: the configuration is wrong; the message is the whole report.
    """
    # All that the program makes lives until its end: looking for garbage was most of its time for 1,000 hosts.
    gc.disable()
    try:
        config = load_pulumi()
        hosts = plan_hosts(config)
        firewalls = plan_firewall(config)
        ceph_plan = plan_ceph(config)
        kolla_plan = plan_kolla(config) if config.kolla else None
        kolla_secrets = secret_files(config)
        passwords = read_passwords(config) if config.kolla else {}
        key = read_private_key(config.ssh.key, "ssh.key")
        connections = host_connections(config, key)
    except (ConfigErrors, ValueError) as error:
        raise pulumi.RunError(str(error)) from None

    bundle = hostctl_bundle()
    window = config.firewall.confirm_within
    remote = pulumi.ResourceOptions(providers={"command": command.Provider("command")})
    prepared = HostPrep("hosts", HostPrepArgs(hosts, connections, bundle, window), remote)
    firewall = Firewall(
        "firewall", FirewallArgs(firewalls, connections, bundle, prepared.ready, window), remote
    )
    last = [*firewall.ready.values()]
    ceph = kolla = None
    if ceph_plan is not None:
        gateway_password = passwords.get("ceph_rgw_keystone_password")
        ceph = CephStorage(
            "ceph", CephStorageArgs(ceph_plan, connections, bundle, firewall.ready, gateway_password), remote
        )
        last += ceph.ready
    if kolla_plan is not None:
        deploy_host = next(iter(config.with_role("deploy")))
        kolla = KollaCluster(
            "kolla",
            KollaClusterArgs(
                plan=kolla_plan,
                secret_files=kolla_secrets,
                storage_files=ceph.kolla_files if ceph else None,
                connection=connections[deploy_host],
                bundle=bundle,
                runner=kolla_run_bundle(),
                hosts=[*config.active()],
                after=last,
                seal=read_private_key(config.ssh.deploy_key, "ssh.deployKey"),
                deploy=bool(config.kolla and config.kolla.deploy),
            ),
            remote,
        )
        last = [*last, kolla.ready]
    export(config, firewall, ceph, kolla)
    # The SDK's own wait asks all open outputs again after each answer, which for 1,000 hosts takes longer than
    # all the rest: wait for the last steps here, then none is open. What failed is reported by the SDK.
    await asyncio.gather(*(step.urn.future() for step in last), return_exceptions=True)


pulumi.run(main)
