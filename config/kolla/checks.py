"""All that is checked of `kolla`: each service, then what they share."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from config.cloud import CloudConfig
from config.kolla import KollaSettings
from config.kolla.catalogue import parts
from config.kolla.ceph_checks import kept_in_ceph
from config.kolla.client_checks import client_frontends
from config.kolla.device_checks import devices
from config.kolla.files import certificates_usable, passwords_complete
from config.kolla.openings import unknowns
from config.kolla.option_checks import options_by_name
from config.kolla.override_checks import override_texts
from config.kolla.password_source import passwords_in_vault
from config.kolla.precheck_rules import prechecks
from config.model.errors import Problem

CHECKS: tuple[Callable[[CloudConfig, KollaSettings], Iterable[Problem]], ...] = (
    options_by_name,
    devices,
    unknowns,
    prechecks,
    kept_in_ceph,
    override_texts,
    client_frontends,
    passwords_complete,
    passwords_in_vault,
    certificates_usable,
)
"""Checks of no service in particular."""


def kolla(cloud: CloudConfig) -> Iterator[Problem]:
    """Every one, for a cloud that has `kolla`."""
    if cloud.kolla is None:
        return
    for part in parts(cloud.kolla):
        yield from part.problems(cloud, cloud.kolla)
    for check in CHECKS:
        yield from check(cloud, cloud.kolla)
