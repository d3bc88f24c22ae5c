"""What each field is called in Kolla-Ansible: the options that the fields set, and which field owns which option."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from config.kolla.addresses import addresses
from config.kolla.ceph_uses import ceph_rows

if TYPE_CHECKING:
    from config.cloud import CloudConfig


@dataclass(frozen=True)
class Variable:
    """One option of Kolla-Ansible that a field owns."""

    name: str
    value: Any
    """None: the release's own default stays, so nothing is written."""
    field: str
    """The field, as a path below `cloud:`."""
    group: str
    """Heading under which globals.yml has it."""


def variables(cloud: CloudConfig) -> Iterator[Variable]:
    """Every option that a field owns, in the order of globals.yml; nothing without `kolla`."""
    if cloud.kolla is None:
        return
    parts = [
        ("Addresses and interfaces", addresses(cloud, cloud.kolla)),
        *((part.heading, part.rows(cloud, cloud.kolla)) for part in cloud.kolla.parts()),
        ("Storage", ceph_rows(cloud, cloud.kolla)),
    ]
    for group, rows in parts:
        for name, value, field in rows:
            yield Variable(name, value, field, group)


def owners(cloud: CloudConfig) -> dict[str, str]:
    """The field that owns each option."""
    return {variable.name: variable.field for variable in variables(cloud)}


def effective(cloud: CloudConfig) -> dict[str, Any]:
    """What the stack file sets, by Kolla-Ansible's names: fields and `globals`; the fields win."""
    own = {row.name: row.value for row in variables(cloud) if row.value is not None}
    return {**(cloud.kolla.globals if cloud.kolla else {}), **own}
