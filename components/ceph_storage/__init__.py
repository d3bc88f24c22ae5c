"""CephStorage: the cloud's storage, deployed or adopted, with what OpenStack's services need of it (guide §4)."""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable
from dataclasses import dataclass

import pulumi

from components.ceph_storage import scripts
from components.ceph_storage.cephadm import BOOTSTRAP, image
from components.ceph_storage.plan import CephPlan, external_secrets
from components.fleet import Fleet
from components.host_work import HostWork
from components.stages import After, Stage, on_host
from components.state import State
from host_programs.contract.hostctl import HOSTCTL

BOOTSTRAP_SECONDS = 1800
SPEC_SECONDS = 120


@dataclass(frozen=True)
class CephStorageArgs:
    """What CephStorage works from; plain values where they decide which resources there are."""

    fleet: Fleet
    plan: CephPlan
    after: After
    """Each host's firewall must be up before."""
    rgw_keystone_password: pulumi.Input[str] | None = None
    """`ceph_rgw_keystone_password` of Kolla's passwords; None: the gateways know nobody of Keystone yet."""


class CephStorage(Stage):
    """One cluster. Its hosts go step by step together: no step of one starts before the last of all others."""

    fsid: pulumi.Output[str]
    """The cluster's id."""
    kolla_files: pulumi.Output[dict[str, str]]
    """Contents by path below Kolla-Ansible's config folder; secret. Unknown in the preview of a first `up`."""

    def __init__(self, name: str, args: CephStorageArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("cloud:storage:CephStorage", name, None, opts)
        plan = args.plan
        self._args, self._plan = args, plan
        self._works = {
            host: HostWork(f"{name}-{host}", args.fleet, host, parent=self, after=on_host(args.after, host))
            for host in plan.hosts
        }
        for host, work in self._works.items():
            work.apply("ceph-base", plan.hosts[host].base, deadline=900)
        keys = self._external() if plan.settings.external else self._deploy()
        self.fsid = pulumi.Output.from_input(plan.fsid)
        secret: pulumi.Output[dict[str, str]] = pulumi.Output.secret(keys)
        self.kolla_files = secret.apply(plan.kolla_files)
        self.ready = {host: work.last for host, work in self._works.items()}
        self.register_outputs({"fsid": self.fsid, "kollaFiles": self.kolla_files})

    # --- a cluster of our own

    def _deploy(self) -> pulumi.Output[dict[str, str]]:
        if self._plan.settings.mode == "cephadm":
            self._by_cephadm()
        else:
            self._by_packages()
        self._declare_pools_and_users()
        self._start_gateways()
        return self._keys()

    def _by_packages(self) -> None:
        plan = self._plan
        first = self._admin()
        made = first.ask("ceph-first-keys", scripts.FIRST_KEYS, plan.fsid, 60).apply(json.loads)
        for host, work in self._works.items():
            work.wait_for(first.last)
            # Each with its own host: a lambda would see the last one.
            work.apply_secret("ceph-keys", made.apply(_secrets_of(plan, host)), deadline=60)
        for host, work in self._works.items():
            monitor = plan.hosts[host].monitor
            if monitor is not None:
                work.apply("ceph-monitor", monitor, deadline=300)
        self._barrier()
        for host, work in self._works.items():
            daemons = plan.hosts[host].daemons
            if daemons is not None:
                work.apply("ceph-daemons", daemons, deadline=900)

    def _by_cephadm(self) -> None:
        plan = self._plan
        first = self._admin()
        public = first.run("ceph-ssh-key", f"sh -c {shlex.quote(scripts.SSH_KEY)}", plan.fsid, 60)
        for work in self._works.values():
            work.wait_for(first.last)
            work.apply_secret("ceph-access", public.apply(plan.access), deadline=60)
        self._barrier()
        job = f"{HOSTCTL} job ceph-bootstrap -- {BOOTSTRAP}"
        first.run(
            "ceph-bootstrap",
            job,
            plan.hosts[str(plan.admin)].base["files"][BOOTSTRAP]["content"],
            BOOTSTRAP_SECONDS,
        )
        settings = plan.settings
        upgrade = scripts.upgrade(str(settings.version), image(settings))
        first.run("ceph-version", f"sh -c {shlex.quote(upgrade)}", str(settings.version), SPEC_SECONDS)
        first.run("ceph-specs", scripts.ORCH_APPLY, plan.specs, SPEC_SECONDS)

    def _declare_pools_and_users(self) -> None:
        """Pools and users, once there are daemons to hold them."""
        first, plan = self._admin(), self._plan
        first.wait_for(*(work.last for work in self._works.values()))
        if plan.pools is not None:
            first.apply("ceph-pools", plan.pools, deadline=900, protect=plan.settings.protect)
        if plan.users is not None:
            first.apply("ceph-users", plan.users, deadline=120)

    def _start_gateways(self) -> None:
        """Gateways and metadata servers, once their pools and their realm are there."""
        plan, password = self._plan, self._args.rgw_keystone_password
        before = self._admin().last
        for host, work in self._works.items():
            work.wait_for(before)
            if plan.has_gateways and host in plan.where.gateways:
                # Without a password the file is empty: cephadm mounts it, and would make a folder of a missing one.
                secret = pulumi.Output.from_input(password or "")
                work.apply_secret("ceph-rgw", secret.apply(plan.gateway_secret), deadline=60)
            gateways = plan.hosts[host].gateways
            if gateways is not None:
                work.apply("ceph-gateways", gateways, deadline=600)
        if plan.gateway_specs:
            self._admin().run("ceph-gateways", scripts.ORCH_APPLY, plan.gateway_specs, SPEC_SECONDS)

    def _keys(self) -> pulumi.Output[dict[str, str]]:
        """The keys of OpenStack's users, read from the cluster; read again when the users change."""
        plan = self._plan
        state = json.dumps(plan.users, sort_keys=True)
        script = scripts.user_keys(plan.user_names)
        return self._admin().ask("ceph-keyrings", script, state, 120).apply(json.loads)

    def _admin(self) -> HostWork:
        return self._works[str(self._plan.admin)]

    def _barrier(self) -> None:
        """No host goes on before every host has come here."""
        last = [work.last for work in self._works.values()]
        for work in self._works.values():
            work.wait_for(*(step for step in last if step is not work.last))

    # --- a cluster that is there already

    def _external(self) -> pulumi.Output[dict[str, str]]:
        plan = self._plan
        external = plan.settings.external
        if external is None:
            raise ValueError("an existing cluster needs cloud:ceph.external")
        if plan.admin is not None and external.admin_key is not None:
            secret = external_secrets(external.admin_key.get_secret_value())
            self._admin().apply_secret("ceph-keys", secret, deadline=60)
            self._declare_pools_and_users()
        keys = {user: external.keys[user].get_secret_value() for user in plan.user_names}
        return pulumi.Output.secret(keys)


def _secrets_of(plan: CephPlan, host: str) -> Callable[[dict[str, str]], State]:
    return lambda keys: plan.host_secrets(host, keys)
