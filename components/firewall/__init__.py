"""Firewall: nftables on every host, default drop, loaded whole and confirmed or undone (guide §6.3)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi

from components.connection import HostConnection
from components.firewall.plan import HostFirewall
from components.host_work import HostWork
from host_programs.bundle import Program

_SECONDS = 60
"""That loading a ruleset may take on a host."""


@dataclass(frozen=True)
class FirewallArgs:
    """What Firewall works from; plain values, because they decide which resources there are."""

    plans: Mapping[str, HostFirewall]
    connections: Mapping[str, HostConnection]
    hostctl: Program
    after: Mapping[str, pulumi.Resource]
    """What must be done on each host before: its confirmed network."""
    confirm_within: int
    """Seconds after which an unconfirmed ruleset is undone."""


class Firewall(pulumi.ComponentResource):
    """All hosts' firewalls; each follows its own host's network and no other host."""

    rules: pulumi.Output[dict[str, int]]
    """How many rows of the table of services each host accepts."""
    ready: dict[str, pulumi.Resource]
    """The last step of each host."""

    def __init__(self, name: str, args: FirewallArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("cloud:host:Firewall", name, None, opts)
        self.ready = {}
        for host, plan in args.plans.items():
            work = HostWork(
                f"{name}-{host}", args.connections[host], args.hostctl, parent=self, after=[args.after[host]]
            )
            work.apply_confirmed("firewall", plan.state, args.confirm_within, deadline=_SECONDS, suffix="")
            self.ready[host] = work.last
        self.rules = pulumi.Output.from_input({host: len(plan.rows) for host, plan in args.plans.items()})
        self.register_outputs({"rules": self.rules})
