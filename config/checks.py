"""All checks of a cloud whose shape is right: each section's own, then those across sections.

A check is pure but for reading files that the stack file names, and never raises.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from config.across.addresses import addresses_fit
from config.across.interfaces import interfaces_fit
from config.across.roles import enough_of_each_role
from config.across.vips import vips_fit
from config.cloud import CloudConfig
from config.firewall.checks import firewall
from config.kolla.checks import kolla
from config.model.errors import Problem
from config.model.text_source import sources_given_once
from config.site.host_keys import host_keys_known

ACROSS: tuple[Callable[[CloudConfig], Iterable[Problem]], ...] = (
    addresses_fit,
    vips_fit,
    enough_of_each_role,
    interfaces_fit,
    host_keys_known,
    firewall,
    kolla,
    sources_given_once,
)
"""Checks of no section in itself."""


def problems(cloud: CloudConfig) -> Iterator[Problem]:
    """Everything that is wrong."""
    for here, room in cloud.rooms():
        yield from room.problems(here, cloud)
    for check in ACROSS:
        yield from check(cloud)
