"""KollaCluster: OpenStack's services by Kolla-Ansible, from the deploy host (guide §4, 5).

What Kolla-Ansible reads is declared state of the deploy host, so that a preview shows it as a diff. What it does
is a job on that host: it outlives the connection, and runs again exactly when what it depends on has changed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

import pulumi

from components.fleet import Fleet
from components.host_work import HostWork, as_root, install
from components.kolla_cluster import states
from components.kolla_cluster.plan import KollaPlan
from components.kolla_cluster.seal import fingerprint, sealed
from components.kolla_cluster.secret_files import KollaSecrets
from components.stages import After, Stage, on_all_hosts
from config.kolla.endpoints import service_endpoints
from host_programs.contract.hostctl import HOSTCTL
from host_programs.contract.kolla_run import EXPECTATIONS_FILE, KOLLA_RUN

_STAGED = ".kolla-run"
_MINUTE = 60
_TOOLS_MINUTES = 30
# Nothing changes under a run that goes on; where there is no runner yet, there is no run either.
_IDLE = f"if sudo -n test -x {KOLLA_RUN}; then {as_root(f'{KOLLA_RUN} idle', 60)} >&2; fi"


@dataclass(frozen=True)
class KollaClusterArgs:
    """What KollaCluster works from; plain values where they decide which resources there are."""

    fleet: Fleet
    plan: KollaPlan
    secrets: KollaSecrets
    after: After
    """Every host must be ready before, and Ceph as it should be."""
    storage_files: pulumi.Output[dict[str, str]] | None = None
    """Text by path below `config/`, secret: how to reach Ceph. None: no Ceph."""


class KollaCluster(Stage):
    """Kolla-Ansible's tools, configuration and runs, one after the other on the deploy host."""

    services: pulumi.Output[list[str]]
    """The services, in the order of their deployment."""
    endpoints: pulumi.Output[dict[str, str]]
    """Keystone's URL: `internal`, `external`."""

    def __init__(self, name: str, args: KollaClusterArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("cloud:openstack:KollaCluster", name, None, opts)
        host = args.plan.deploy_host
        work = HostWork(name, args.fleet, host, parent=self, after=on_all_hosts(args.after))
        self._tools(work, args)
        self._files(work, args)
        self._runs(work, args)
        self.ready = {host: work.last}
        self.services = pulumi.Output.from_input(list(args.plan.services))
        self.endpoints = pulumi.Output.from_input(service_endpoints(args.plan.globals))
        self.register_outputs({"services": self.services, "endpoints": self.endpoints})

    def _tools(self, work: HostWork, args: KollaClusterArgs) -> None:
        work.stage(args.fleet.kolla_run, _STAGED)
        collections = as_root(
            f"{HOSTCTL} job kolla-install-deps -- {KOLLA_RUN} install-deps", _TOOLS_MINUTES * _MINUTE
        )
        work.apply(
            "kolla-tools",
            states.tools(args.plan.release, args.fleet.kolla_run.version),
            deadline=_TOOLS_MINUTES * _MINUTE,
            before=[_IDLE],
            also=[install(_STAGED, KOLLA_RUN), collections],
            suffix="-tools",
        )

    def _files(self, work: HostWork, args: KollaClusterArgs) -> None:
        state = states.configuration(args.plan.files())
        work.apply("kolla", state, before=[_IDLE], suffix="-config", deadline=2 * _MINUTE)
        secret = args.secrets.files
        wanted = _all_secrets(args).apply(states.secrets) if args.storage_files else states.secrets(secret)
        work.apply_secret("kolla-secrets", wanted, before=[_IDLE], suffix="-secrets", deadline=2 * _MINUTE)

    def _runs(self, work: HostWork, args: KollaClusterArgs) -> None:
        inputs = _inputs(args)

        def run(step: str, command: str, deadline: int, made_from: pulumi.Input[str] = inputs) -> None:
            # The mark makes a run for other inputs another command, which is never taken for this one.
            argv = f'{KOLLA_RUN} {command} --for "$(sha256sum | cut -c1-16)"'
            work.job(f"-{step}", f"kolla-{step}", argv, made_from, deadline * _MINUTE)

        run("prechecks", "prechecks-changed" + (" --registry" if args.plan.deploy else ""), 60)
        if not args.plan.deploy:
            run("genconfig", "genconfig-changed", 90)
            return
        run("genconfig", "plan", 90)
        run("pull", "pull-changed", 120)
        run("deploy", "deploy-changed", 360)
        run("post-deploy", "post-deploy", 15)
        expected = args.plan.expectations
        run(
            "integrity", "integrity", 30, pulumi.Output.from_input(inputs).apply(lambda text: text + expected)
        )


def _all_secrets(args: KollaClusterArgs) -> pulumi.Output[dict[str, str]]:
    """Everything secret below the configuration folder."""
    storage = args.storage_files or pulumi.Output.from_input({})
    return storage.apply(
        lambda files: {**args.secrets.files, **{f"config/{path}": text for path, text in files.items()}}
    )


def _inputs(args: KollaClusterArgs) -> pulumi.Input[str]:
    """What all runs depend on, readable and without a secret."""
    about = {
        "release": args.plan.release.kolla_ansible,
        "configuration": fingerprint(_effective(args.plan)),
        "hosts": list(args.plan.hosts),
    }

    def text(secret: Mapping[str, str]) -> str:
        return (
            json.dumps({**about, "secrets": sealed(secret, args.secrets.seal)}, indent=2, sort_keys=True)
            + "\n"
        )

    if args.storage_files is None:
        return text(args.secrets.files)
    # A keyed fingerprint says nothing about the secrets that it is made from.
    return pulumi.Output.unsecret(_all_secrets(args).apply(text))


def _effective(plan: KollaPlan) -> dict[str, str]:
    """The files that change what is deployed: not how Ansible works, not what is checked afterwards."""
    without = {"ansible.cfg", EXPECTATIONS_FILE}
    return {path: text for path, text in plan.files().items() if path not in without}
