"""KollaCluster: OpenStack's services by Kolla-Ansible, from the deploy host (guide §4, 5).

What Kolla-Ansible reads is declared state of the deploy host, so that a preview shows it as a diff. What it does
is a job on that host: it outlives the connection, and runs again exactly when what it depends on has changed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pulumi

from components.connection import HostConnection
from components.host_work import HostWork, as_root, install
from components.kolla_cluster import states
from components.kolla_cluster.endpoints import endpoints
from components.kolla_cluster.plan import KollaPlan
from components.kolla_cluster.seal import fingerprint, sealed
from host_programs.bundle import Program
from host_programs.contract import HOSTCTL, KOLLA_RUN

_STAGED = ".kolla-run"
_MINUTE = 60
_TOOLS_MINUTES = 30
# Nothing changes under a run that goes on; where there is no runner yet, there is no run either.
_IDLE = f"if sudo -n test -x {KOLLA_RUN}; then {as_root(f'{KOLLA_RUN} idle', 60)} >&2; fi"


@dataclass(frozen=True)
class KollaClusterArgs:
    """What KollaCluster works from; plain values where they decide which resources there are."""

    plan: KollaPlan
    secret_files: Mapping[str, str] = field(repr=False)
    """Text by path below Kolla-Ansible's configuration folder: passwords.yml, certificates."""
    storage_files: pulumi.Output[Mapping[str, str]] | None
    """Text by path below `config/`, secret: how to reach Ceph. None: no Ceph."""
    connection: HostConnection
    """To the deploy host."""
    hostctl: Program
    kolla_run: Program
    hosts: Sequence[str]
    """The hosts that Kolla-Ansible works on."""
    after: Sequence[pulumi.Resource]
    """What must be done before: every host ready, Ceph as it should be."""
    seal: str = field(repr=False)
    """A secret that cannot be guessed; keys the fingerprint of the secrets."""
    deploy: bool = False
    """Whether services are deployed; else everything up to it is done."""


class KollaCluster(pulumi.ComponentResource):
    """Kolla-Ansible's tools, configuration and runs, one after the other on the deploy host."""

    services: pulumi.Output[list[str]]
    """The services, in the order of their deployment."""
    endpoints: pulumi.Output[dict[str, str]]
    """Keystone's URL: `internal`, `external`."""
    ready: pulumi.Resource
    """The last step: what needs the cloud's APIs depends on it."""

    def __init__(self, name: str, args: KollaClusterArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("cloud:openstack:KollaCluster", name, None, opts)
        work = HostWork(name, args.connection, args.hostctl, parent=self, after=args.after)
        self._tools(work, args)
        self._files(work, args)
        self._runs(work, args)
        self.ready = work.last
        self.services = pulumi.Output.from_input(list(args.plan.services))
        self.endpoints = pulumi.Output.from_input(endpoints(args.plan.globals))
        self.register_outputs({"services": self.services, "endpoints": self.endpoints})

    def _tools(self, work: HostWork, args: KollaClusterArgs) -> None:
        work.stage(args.kolla_run, _STAGED)
        collections = as_root(
            f"{HOSTCTL} job kolla-install-deps -- {KOLLA_RUN} install-deps", _TOOLS_MINUTES * _MINUTE
        )
        work.apply(
            "kolla-tools",
            states.tools(args.plan.release, args.kolla_run.version),
            deadline=_TOOLS_MINUTES * _MINUTE,
            before=[_IDLE],
            also=[install(_STAGED, KOLLA_RUN), collections],
            suffix="-tools",
        )

    def _files(self, work: HostWork, args: KollaClusterArgs) -> None:
        state = states.configuration(args.plan.files())
        work.apply("kolla", state, before=[_IDLE], suffix="-config", deadline=2 * _MINUTE)
        secret = args.secret_files
        wanted = _all_secrets(args).apply(states.secrets) if args.storage_files else states.secrets(secret)
        work.apply_secret("kolla-secrets", wanted, before=[_IDLE], suffix="-secrets", deadline=2 * _MINUTE)

    def _runs(self, work: HostWork, args: KollaClusterArgs) -> None:
        inputs = _inputs(args)

        def run(step: str, command: str, deadline: int) -> None:
            # The mark makes a run for other inputs another command, which is never taken for this one.
            argv = f'{KOLLA_RUN} {command} --for "$(sha256sum | cut -c1-16)"'
            work.job(f"-{step}", f"kolla-{step}", argv, inputs, deadline * _MINUTE)

        run("prechecks", "prechecks-changed", 60)
        if not args.deploy:
            run("genconfig", "genconfig-changed", 90)
            return
        run("genconfig", "plan", 90)
        run("deploy", "deploy-changed", 360)
        run("post-deploy", "post-deploy", 15)


def _all_secrets(args: KollaClusterArgs) -> pulumi.Output[dict[str, str]]:
    """Everything secret below the configuration folder."""
    storage = args.storage_files or pulumi.Output.from_input({})
    return storage.apply(
        lambda files: {**args.secret_files, **{f"config/{path}": text for path, text in files.items()}}
    )


def _inputs(args: KollaClusterArgs) -> pulumi.Input[str]:
    """What all runs depend on, readable and without a secret."""
    about = {
        "release": args.plan.release.kolla_ansible,
        "configuration": fingerprint(_effective(args.plan)),
        "hosts": sorted(args.hosts),
    }

    def text(secret: Mapping[str, str]) -> str:
        return json.dumps({**about, "secrets": sealed(secret, args.seal)}, indent=2, sort_keys=True) + "\n"

    if args.storage_files is None:
        return text(args.secret_files)
    # A keyed fingerprint says nothing about the secrets that it is made from.
    return pulumi.Output.unsecret(_all_secrets(args).apply(text))


def _effective(plan: KollaPlan) -> dict[str, str]:
    """The files that change what is deployed: ansible.cfg only says how Ansible works."""
    return {path: text for path, text in plan.files().items() if path != "ansible.cfg"}
