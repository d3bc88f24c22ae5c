"""Prechecks of Kolla-Ansible that are a condition over options: answered here, by the release's own defaults."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from config.kolla.values import UnknownValueError, values
from config.model.errors import Loc, Problem

if TYPE_CHECKING:
    from config.cloud import CloudConfig
    from config.kolla import KollaSettings


class Rule(NamedTuple):
    """One precheck."""

    switch: str
    """The option of `kolla.globals` that the site has set."""
    fails: str
    """An expression over options that must not hold."""
    reason: str
    fix: str


RULES = (
    Rule(
        "enable_ironic_neutron_agent",
        "enable_ironic_neutron_agent and not enable_ironic",
        "is an agent of Ironic, which is off",
        "remove it, or set `enable_ironic: true` too",
    ),
    Rule(
        "enable_zun",
        "enable_zun and not enable_kuryr",
        "needs Kuryr for its containers' networks, which is off",
        "set `enable_kuryr: true` too, or remove it",
    ),
    Rule(
        "neutron_dns_integration",
        "neutron_dns_integration and neutron_dns_domain == 'openstacklocal'",
        "puts ports' names into DNS, and their domain is still `openstacklocal`",
        "set `cloud:kolla.neutron.dnsDomain`, or remove it",
    ),
)
DIMENSIONS = (
    "blkio_weight", "cpu_period", "cpu_quota", "cpu_shares", "cpuset_cpus", "cpuset_mems", "kernel_memory", "mem_limit",
    "mem_reservation", "memswap_limit", "ulimits",
)  # fmt: skip
"""Limits that Kolla-Ansible's module for containers takes; it fails for any other when it starts the container."""


def prechecks(cloud: CloudConfig, kolla: KollaSettings) -> Iterator[Problem]:
    """What `kolla-ansible prechecks` or `deploy` would find on the hosts."""
    known = values(cloud)
    for rule in RULES:
        here: Loc = ("kolla", "globals", rule.switch)
        if rule.switch not in kolla.globals or not known.knows(rule.switch):
            continue
        try:
            failed = known.on(rule.fails)
        except UnknownValueError:
            continue  # Ansible alone can tell
        if failed:
            yield Problem(here, rule.reason, rule.fix, needs=(("kolla",), ("releases", "openstack")))
    for container, limits in kolla.dimensions.items():
        for name in limits:
            if name not in DIMENSIONS:
                loc: Loc = ("kolla", "dimensions", container, name)
                yield Problem(loc, "there is no such limit", f"use one of: {', '.join(DIMENSIONS)}")
