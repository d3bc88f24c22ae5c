"""VaultSecrets: the cloud's own vault, founded once, on its hosts (guide §6)."""

from __future__ import annotations

import json
from dataclasses import dataclass

import pulumi

from components.fleet import Fleet
from components.host_work import HostWork, as_root
from components.stages import After, Stage, on_all_hosts
from components.vault_secrets import snapshots
from components.vault_secrets.plan import VaultPlan
from host_programs.contract.vault_boot import VAULT_BOOT

_STAGED = ".vault-boot"
_INSTALL_SECONDS = 900
_BOOT_SECONDS = 600


@dataclass(frozen=True)
class VaultSecretsArgs:
    """What VaultSecrets works from; plain values where they decide which resources there are."""

    fleet: Fleet
    plan: VaultPlan
    after: After
    """The nodes' firewalls must be up before."""


class VaultSecrets(Stage):
    """One Raft cluster. The others' servers stand first: the founder asks them whether there is a cluster already."""

    credentials: pulumi.Output[dict[str, str]]
    """With which Pulumi logs in: `role_id`, `secret_id`; secret."""

    def __init__(self, name: str, args: VaultSecretsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("cloud:secrets:VaultSecrets", name, None, opts)
        plan, after = args.plan, on_all_hosts(args.after)
        works = {host: HostWork(f"{name}-{host}", args.fleet, host, self, after) for host in plan.hosts}
        founder = works[plan.founder]
        others = [work for work in works.values() if work is not founder]
        program = args.fleet.vault_boot
        for work in works.values():
            work.stage(program, _STAGED)
            work.run("boot-program", f"install -m 0755 {_STAGED} {VAULT_BOOT}", program.version, 60)
        for host, work in works.items():
            work.apply("vault", plan.hosts[host].base, deadline=_INSTALL_SECONDS)
            work.apply_secret("vault-secrets", plan.hosts[host].secrets, deadline=60)
        for host, work in works.items():
            if work is not founder:
                work.apply("vault-service", plan.hosts[host].service, deadline=240)
        founder.wait_for(*(work.last for work in others))
        found = [as_root(f"{VAULT_BOOT} found", _BOOT_SECONDS)]
        founder.apply("vault-service", plan.hosts[plan.founder].service, deadline=240, before=found)
        # A new program may know of a new policy.
        made_from = f"{plan.settings}{program.version}\n"
        founder.run("hand-over", f"{VAULT_BOOT} hand-over", made_from, _BOOT_SECONDS)
        answer = founder.ask("credentials", f"{VAULT_BOOT} credentials", plan.settings, 60)
        login = founder.ask("snapshot-login", f"{VAULT_BOOT} snapshot-login", plan.settings, 60)
        for work in works.values():
            if work is not founder:
                work.wait_for(founder.last)
            work.apply_secret("vault-snapshot-login", login.apply(snapshots.login), deadline=60)
        for work in works.values():
            work.apply("vault-snapshots", plan.snapshots, deadline=60)
        self.credentials = pulumi.Output.secret(answer.apply(json.loads))
        self.ready = {host: work.last for host, work in works.items()}
        self.register_outputs({"credentials": self.credentials})
