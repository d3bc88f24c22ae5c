"""Services: hosts for them, what each needs of another, what the release has."""

from __future__ import annotations

from collections.abc import Iterator

from config.cloud import CloudConfig
from config.errors import Loc, Problem
from config.types import Role

_ROLES: tuple[Loc, ...] = (("hosts", "*", "roles"), ("hosts", "*", "enabled"))
_RELEASE: tuple[Loc, ...] = (("releases", "openstack"),)
_WEEK = 604_800


def kolla_services(cloud: CloudConfig) -> Iterator[Problem]:
    """Nothing is switched on that has no host, no partner or no place in the release."""
    if cloud.kolla is None:
        return
    yield from _hosts(cloud)
    yield from _coordination(cloud)
    yield from _tokens(cloud)
    yield from _partners(cloud)


def _hosts(cloud: CloudConfig) -> Iterator[Problem]:
    kolla = cloud.kolla
    if kolla is None:
        return
    wanted: tuple[tuple[bool, Role, Loc, str], ...] = (
        (True, "compute", ("hosts",), "servers would have no hypervisor"),
        (kolla.prometheus.enabled, "monitoring", ("kolla", "prometheus", "enabled"), "it would run nowhere"),
        (kolla.grafana.enabled, "monitoring", ("kolla", "grafana", "enabled"), "it would run nowhere"),
    )
    for on, role, loc, why in wanted:
        if on and not cloud.with_role(role):
            reason = f"no enabled host has the role `{role}`: {why}"
            fix = f"give the role to a host{', or switch it off' if loc[0] == 'kolla' else ''}"
            yield Problem(loc, reason, fix, "true" if loc[0] == "kolla" else None, needs=_ROLES)


def _coordination(cloud: CloudConfig) -> Iterator[Problem]:
    backend = cloud.kolla.coordination.backend if cloud.kolla else None
    release = cloud.releases.openstack
    loc: Loc = ("kolla", "coordination", "backend")
    if backend == "valkey" and release < "2025.1":
        yield Problem(
            loc,
            f"Kolla-Ansible {release} has no Valkey",
            "use `redis`; 2025.1 moves it",
            backend,
            needs=_RELEASE,
        )
    if backend == "redis" and release >= "2025.2":
        reason = f"Kolla-Ansible {release} has no Redis any more"
        fix = "use `valkey`; a running cloud moves its data with 2025.1 first"
        yield Problem(loc, reason, fix, backend, needs=_RELEASE)


def _tokens(cloud: CloudConfig) -> Iterator[Problem]:
    if cloud.kolla is None:
        return
    keystone = cloud.kolla.keystone
    here: Loc = ("kolla", "keystone")
    if not 0 <= keystone.token_lifetime <= _WEEK:
        reason = f"is not within 0-{_WEEK} seconds: keys cannot be rotated less often than once a week"
        fix = "use a part of a week without rest, such as 86400"
        yield Problem((*here, "tokenLifetime"), reason, fix, str(keystone.token_lifetime))
        return
    if keystone.token_lifetime < 60:
        reason = "is less than a minute, and keys are rotated once a minute at most"
        yield Problem((*here, "tokenLifetime"), reason, "use 86400", str(keystone.token_lifetime))
    total = keystone.token_lifetime + keystone.expired_window
    if keystone.expired_window < 0 or total > _WEEK:
        reason = (
            f"with `tokenLifetime` it is {total} seconds, and keys are rotated by the sum: at most {_WEEK}"
        )
        fix = f"use at most {_WEEK - keystone.token_lifetime}"
        yield Problem((*here, "expiredWindow"), reason, fix, str(keystone.expired_window))


def _partners(cloud: CloudConfig) -> Iterator[Problem]:
    kolla = cloud.kolla
    if kolla is None:
        return
    if kolla.magnum.enabled and kolla.magnum.kubeconfig is None and not kolla.heat.enabled:
        reason = "is off, and Magnum makes its clusters with it"
        fix = "switch it on, or give `cloud:kolla.magnum.kubeconfig` for the Cluster API driver"
        yield Problem(("kolla", "heat", "enabled"), reason, fix, "false")
    if kolla.magnum.kubeconfig is not None and not kolla.magnum.enabled:
        yield Problem(
            ("kolla", "magnum", "kubeconfig"), "Magnum is not on", "set `enabled: true`, or remove it"
        )
