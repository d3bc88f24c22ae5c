"""The whole cloud: load the configuration, build the components in order, export what others may rely on."""

from __future__ import annotations

import asyncio
import gc

import pulumi
import pulumi_command as command

from components.checks import CHECKS
from components.firewall import Firewall, FirewallArgs
from components.firewall.plan import plan_firewall
from components.host_prep import HostPrep, HostPrepArgs
from components.host_prep.plan import plan_hosts
from components.keys import read_private_key
from components.remote import host_connections
from components.site import hostctl_bundle
from config.cloud import CloudConfig
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
        config = load_pulumi(extra_checks=CHECKS)
        hosts = plan_hosts(config)
        firewalls = plan_firewall(config)
        connections = host_connections(config, read_private_key(config.ssh.key, "ssh.key"))
    except (ConfigErrors, ValueError) as error:
        raise pulumi.RunError(str(error)) from None

    bundle = hostctl_bundle()
    window = config.firewall.confirm_within
    remote = pulumi.ResourceOptions(providers={"command": command.Provider("command")})
    prepared = HostPrep("hosts", HostPrepArgs(hosts, connections, bundle, window), remote)
    firewall = Firewall(
        "firewall", FirewallArgs(firewalls, connections, bundle, prepared.ready, window), remote
    )
    export(config, firewall)
    # The SDK's own wait asks all open outputs again after each answer, which for 1,000 hosts takes longer than
    # all the rest: wait for the last steps here, then none is open. What failed is reported by the SDK.
    await asyncio.gather(*(step.urn.future() for step in firewall.ready.values()), return_exceptions=True)


def export(config: CloudConfig, firewall: Firewall) -> None:
    """The contract of docs/outputs.md."""
    hosts = config.active()
    networks = config.networks
    pulumi.export("cloud", config.name)
    pulumi.export("region", config.region)
    pulumi.export("domain", config.domain)
    pulumi.export(
        "hosts",
        {
            name: {
                "roles": list(host.roles),
                "addresses": {network: str(address) for network, address in host.addresses.items()},
            }
            for name, host in hosts.items()
        },
    )
    pulumi.export(
        "vips", {name: str(network.vip) for name, network in networks.defined().items() if network.vip}
    )
    pulumi.export("firewallRules", firewall.rules)


pulumi.run(main)
