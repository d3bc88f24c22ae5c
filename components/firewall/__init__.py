"""Firewall: nftables on every host, default drop, loaded whole and confirmed or undone (guide §6.3)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi

from components.firewall.plan import HostFirewall
from components.fleet import Fleet
from components.host_work import HostWork
from components.stages import After, Stage, on_host

_SECONDS = 60
"""That loading a ruleset may take on a host."""


@dataclass(frozen=True)
class FirewallArgs:
    """What Firewall works from; plain values, because they decide which resources there are."""

    fleet: Fleet
    plans: Mapping[str, HostFirewall]
    after: After
    """Each host's network must be confirmed before."""


class Firewall(Stage):
    """All hosts' firewalls; each follows its own host's network and no other host."""

    rules: pulumi.Output[dict[str, int]]
    """How many rows of the table of services each host accepts."""

    def __init__(self, name: str, args: FirewallArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("cloud:host:Firewall", name, None, opts)
        works = {
            host: HostWork(f"{name}-{host}", args.fleet, host, parent=self, after=on_host(args.after, host))
            for host in args.plans
        }
        for host, work in works.items():
            work.apply_confirmed("firewall", args.plans[host].state, deadline=_SECONDS, suffix="")
        self.ready = {host: work.last for host, work in works.items()}
        self.rules = pulumi.Output.from_input({host: len(plan.rows) for host, plan in args.plans.items()})
        self.register_outputs({"rules": self.rules})
