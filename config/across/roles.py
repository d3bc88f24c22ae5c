"""How many hosts do what."""

from __future__ import annotations

from collections.abc import Iterator

from config.cloud import CloudConfig
from config.kolla.ceph_uses import ceph_uses
from config.model.errors import Loc, Problem, listed

_HOSTS: Loc = ("hosts",)
_NEEDS: tuple[Loc, ...] = (("hosts", "*", "roles"), ("hosts", "*", "enabled"))


def enough_of_each_role(cloud: CloudConfig) -> Iterator[Problem]:
    """Quorums can form, and each job that there must be one for is given to someone."""
    for reason, fix in (*_control(cloud), *_storage(cloud), *_deploy(cloud), *_network(cloud)):
        yield Problem(_HOSTS, reason, fix, needs=_NEEDS)


def _control(cloud: CloudConfig) -> Iterator[tuple[str, str]]:
    control = list(cloud.with_role("control"))
    if not control:
        yield "no enabled host has the role `control`", "give it to three hosts"
    elif len(control) % 2 == 0:
        who = f"{len(control)} hosts have the role `control` ({listed(control)})"
        reason = f"{who}: an even number has no majority when the network splits in the middle"
        yield reason, f"use {len(control) - 1} or {len(control) + 1}"


def _storage(cloud: CloudConfig) -> Iterator[tuple[str, str]]:
    storage = list(cloud.with_role("storage"))
    if cloud.ceph is None and cloud.kolla is not None and not ceph_uses(cloud.kolla):
        return  # volumes in LVM: any number
    if cloud.ceph is not None and cloud.ceph.pool_defaults.allow_size_one:
        return  # a trial, which says that it may lose its data
    if 0 < len(storage) < 3:
        who = f"{len(storage)} {'host has' if len(storage) == 1 else 'hosts have'} the role `storage`"
        reason = f"{who} ({listed(storage)}): Ceph keeps three copies on three hosts"
        yield reason, "give it to at least three hosts, or to none"


def _deploy(cloud: CloudConfig) -> Iterator[tuple[str, str]]:
    deploy = list(cloud.with_role("deploy"))
    if len(deploy) != 1:
        who = (
            f"{len(deploy)} hosts have the role `deploy` ({listed(deploy)})"
            if deploy
            else "no enabled host has the role `deploy`"
        )
        yield f"{who}: Kolla-Ansible runs on one", "give it to exactly one host"


def _network(cloud: CloudConfig) -> Iterator[tuple[str, str]]:
    if not cloud.with_role("network"):
        yield (
            "no enabled host has the role `network`: nothing would route for the tenants",
            "give it to two hosts; on a small site to the control hosts",
        )
