"""The fleet: all hosts, how they are reached, and the programs that work on them. Every component is given it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pulumi
import pulumi_command as command

from components.connection import HostConnection, host_connections
from config.cache import cache_folder
from config.cloud import CloudConfig
from host_programs import bundle
from host_programs.bundle import Program


@dataclass(frozen=True)
class Fleet:
    """What is the same for all that works on hosts."""

    connections: Mapping[str, HostConnection] = field(repr=False)
    """By host."""
    hostctl: Program
    """For every host."""
    kolla_run: Program
    """For the deploy host."""
    vault_boot: Program
    """For the node that founds the vault."""
    edge_tls: Program
    """For the deploy host, where the vault issues certificates."""
    confirm_within: int
    """Seconds after which an unconfirmed change of a host's network or firewall is undone."""
    options: pulumi.ResourceOptions | None = None
    """Of every component: the providers of what it declares."""

    @classmethod
    def of(cls, cloud: CloudConfig, operator_key: str) -> Fleet:
        """The fleet of a stack; its programs are packed, its provider is declared.

        Args:
            cloud: the whole configuration.
            operator_key: text of the private key that opens the hosts.
        """
        return cls(
            connections=host_connections(cloud, operator_key),
            hostctl=bundle.pack("hostctl", cache_folder()),
            kolla_run=bundle.pack("kolla_run", cache_folder()),
            vault_boot=bundle.pack("vault_boot", cache_folder()),
            edge_tls=bundle.pack("edge_tls", cache_folder()),
            confirm_within=cloud.firewall.confirm_within,
            options=pulumi.ResourceOptions(providers={"command": command.Provider("command")}),
        )
