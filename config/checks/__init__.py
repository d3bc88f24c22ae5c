"""Cross-checks: what no single field can know. Each takes the whole config and tells what it finds.

A check is pure and never raises. When it judges by what is absent ("no deploy host"), its problem names
the places the verdict rests on (`needs`), so that a typing mistake there is not reported twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from config.checks.addresses import addresses
from config.checks.ceph import ceph
from config.checks.ceph_pools import ceph_pools
from config.checks.ceph_users import ceph_users
from config.checks.networks import networks
from config.checks.nics import nics
from config.checks.overlaps import overlaps
from config.checks.packages import packages
from config.checks.releases import releases
from config.checks.roles import roles
from config.checks.ssh import ssh
from config.checks.system import system
from config.checks.vips import vips
from config.cloud import CloudConfig
from config.errors import Problem
from config.firewall.checks import firewall
from config.kolla.checks import kolla

Check = Callable[[CloudConfig], Iterable[Problem]]

CHECKS: tuple[Check, ...] = (
    networks,
    overlaps,
    vips,
    addresses,
    roles,
    nics,
    releases,
    ssh,
    packages,
    system,
    firewall,
    kolla,
    ceph,
    ceph_pools,
    ceph_users,
)
"""Every check, in the order in which a reader would make them."""

__all__ = ["CHECKS", "Check"]
