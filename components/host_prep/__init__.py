"""HostPrep: from an installed machine to a host that Kolla-Ansible can use (guide §3), over SSH, declared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi

from components.fleet import Fleet
from components.host_prep.plan import HostPlan
from components.host_work import HostWork, as_root
from components.stages import Stage
from host_programs.contract.hostctl import HOSTCTL, HOSTCTL_FOLDER

# A host whose last secret left the configuration has no `secrets` resource any more: its base clears them.
_CLEAR_SECRETS = (
    f"if sudo -n test -e {HOSTCTL_FOLDER}/secrets.json; "
    f"then printf '{{}}' | {as_root(f'{HOSTCTL} apply secrets', 120)} >/dev/null; fi"
)
# Seconds that each group may take on a host; base upgrades packages.
_SOURCES, _BASE, _SECRETS, _NETWORK = 60, 1800, 120, 180


@dataclass(frozen=True)
class HostPrepArgs:
    """What HostPrep works from; plain values, because they decide which resources there are."""

    fleet: Fleet
    plans: Mapping[str, HostPlan]


class HostPrep(Stage):
    """All hosts' preparation; hosts do not wait for each other."""

    def __init__(self, name: str, args: HostPrepArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("cloud:host:HostPrep", name, None, opts)
        self.ready = {host: self._prepare(f"{name}-{host}", host, args) for host in args.plans}
        self.register_outputs({"hosts": sorted(args.plans)})

    def _prepare(self, prefix: str, host: str, args: HostPrepArgs) -> pulumi.Resource:
        plan = args.plans[host]
        work = HostWork(prefix, args.fleet, host, parent=self)
        work.copy()
        if plan.sources is not None:
            work.apply_secret("sources", plan.sources, deadline=_SOURCES)
        work.apply(
            "base", plan.base, deadline=_BASE, also=[] if plan.secrets is not None else [_CLEAR_SECRETS]
        )
        if plan.secrets is not None:
            work.apply_secret("secrets", plan.secrets, deadline=_SECRETS)
        work.apply_confirmed("network", plan.network, deadline=_NETWORK)
        return work.last
