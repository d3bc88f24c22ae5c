"""HostPrep: from an installed machine to a host that Kolla-Ansible can use (guide §3), over SSH, declared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi

from components.host_prep.plan import HostPlan
from components.remote import HOSTCTL, HostConnection, HostctlBundle, HostWork

# A host whose last secret left the configuration has no `secrets` resource any more: its base clears them.
_CLEAR_SECRETS = (
    " && if sudo -n test -e /var/lib/hostctl/secrets.json; "
    f"then printf '{{}}' | sudo -n timeout --kill-after=30 120 {HOSTCTL} apply secrets >/dev/null; fi"
)


@dataclass(frozen=True)
class HostPrepArgs:
    """What HostPrep works from; plain values, because they decide which resources there are."""

    plans: Mapping[str, HostPlan]
    connections: Mapping[str, HostConnection]
    bundle: HostctlBundle
    confirm_within: int
    """Seconds after which an unconfirmed network change is undone."""


class HostPrep(pulumi.ComponentResource):
    """All hosts' preparation; hosts do not wait for each other."""

    hosts: pulumi.Output[list[str]]
    """Names of the hosts."""
    ready: dict[str, pulumi.Resource]
    """The last step of each host: what works on the host next depends on it."""

    def __init__(self, name: str, args: HostPrepArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("cloud:host:HostPrep", name, None, opts)
        self.ready = {host: self._prepare(f"{name}-{host}", host, args) for host in args.plans}
        self.hosts = pulumi.Output.from_input(sorted(args.plans))
        self.register_outputs({"hosts": self.hosts})

    def _prepare(self, prefix: str, host: str, args: HostPrepArgs) -> pulumi.Resource:
        plan = args.plans[host]
        work = HostWork(prefix, args.connections[host], args.bundle, parent=self)
        work.copy()
        if plan.sources is not None:
            work.apply_secret("sources", plan.sources)
        work.apply("base", plan.base, also="" if plan.secrets is not None else _CLEAR_SECRETS)
        if plan.secrets is not None:
            work.apply_secret("secrets", plan.secrets)
        work.apply_confirmed("network", plan.network, args.confirm_within)
        return work.last
