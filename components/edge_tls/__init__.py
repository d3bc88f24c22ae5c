"""EdgeTLS: the load balancers' certificates from the own vault or an ACME server, renewed on the deploy host (guide §7.4)."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi

from components.edge_tls.plan import EdgePlan
from components.fleet import Fleet
from components.host_work import HostWork
from components.stages import After, Stage, on_all_hosts
from host_programs.contract.edge_tls import EDGE_TLS

_STAGED = ".edge-tls"
_RENEW_SECONDS = 900


@dataclass(frozen=True)
class EdgeTlsArgs:
    """What EdgeTLS works from; plain values where they decide which resources there are."""

    fleet: Fleet
    plan: EdgePlan
    after: After
    """What the vault issues must be declared before; an ACME server asks load balancers that Kolla-Ansible deployed."""


class EdgeTls(Stage):
    """The first certificates lie where Kolla-Ansible takes them from, before it runs."""

    def __init__(self, name: str, args: EdgeTlsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("cloud:edge:EdgeTls", name, None, opts)
        plan, program = args.plan, args.fleet.edge_tls
        work = HostWork(name, args.fleet, plan.host, self, on_all_hosts(args.after))
        work.stage(program, _STAGED)
        work.run("program", f"install -m 0755 {_STAGED} {EDGE_TLS}", program.version, 60)
        work.apply("edge", plan.base, deadline=120)
        work.apply_secret("edge-secrets", plan.secrets, deadline=60)
        work.run("renew", f"{EDGE_TLS} renew --early", f"{plan.made_from}{program.version}\n", _RENEW_SECONDS)
        work.apply("edge-timer", plan.timer, deadline=60)
        self.ready = {plan.host: work.last}
        self.register_outputs({})


class EdgeIssued(Stage):
    """Where an issuer asks the load balancers first: its certificate in place of the one that they started with."""

    def __init__(self, name: str, args: EdgeTlsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("cloud:edge:EdgeIssued", name, None, opts)
        plan, program = args.plan, args.fleet.edge_tls
        work = HostWork(name, args.fleet, plan.host, self, on_all_hosts(args.after))
        work.run("renew", f"{EDGE_TLS} renew", f"{plan.settings}{program.version}\n", _RENEW_SECONDS)
        self.ready = {plan.host: work.last}
        self.register_outputs({})
