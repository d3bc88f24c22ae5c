"""The releases of OpenStack that this program deploys: facts kept by hand, and data read from the packages.

`releases.yaml` has what is in no package, `data/` what `make release-data` reads from each published
kolla-ansible. Everything is read when it is first asked for, and once.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

import yaml

from config.release_map.data_file import DATA, data

Dialect = Literal["shell", "cliff"]

_FACTS = Path(__file__).with_name("releases.yaml")


@dataclass(frozen=True)
class Release:
    """What this program knows of one release."""

    series: str
    """`2025.1`."""
    kolla_ansible: str
    """Version of kolla-ansible that is installed for it."""
    dialect: Dialect
    """How the command line is written: `shell` takes `-i` before the verb and `_` in verbs' names."""
    ansible_bundle: str
    """Version of the PyPI package `ansible` whose collections fit, for sites without Ansible Galaxy."""
    requirements: Mapping[str, str]
    """Pins of the deploy host's venv, kolla-ansible and ansible-core among them: name to version."""
    clients: Mapping[str, str]
    """Pins in the same venv that Kolla-Ansible does not need: the command `openstack` with its plugins."""
    collections: Mapping[str, str]
    """Ansible collections: name to range."""
    passwords: tuple[str, ...]
    """Names in its passwords.yml, in its order."""

    def pins(self) -> tuple[str, ...]:
        """All of the venv as pip takes it, sorted."""
        pinned = {**self.requirements, **self.clients}
        return tuple(f"{name}=={version}" for name, version in sorted(pinned.items()))


@cache
def known() -> tuple[str, ...]:
    """Every release, oldest first."""
    return tuple(sorted(_facts()))


@cache
def release(series: str) -> Release:
    """One release.

    Raises:
        KeyError: it is not known().
        ValueError: its pin of kolla-ansible is one that is known to lose data.
    """
    facts, read = _facts()[series], data(series)
    kolla, pins = facts["kollaAnsible"], facts["requirements"]
    refuse_data_loss(series, kolla, facts.get("notBefore"))
    return Release(
        series=series,
        kolla_ansible=kolla,
        dialect=facts["dialect"],
        ansible_bundle=facts["ansibleBundle"],
        requirements=MappingProxyType({"kolla-ansible": kolla, **pins}),
        clients=MappingProxyType(facts["clients"]),
        collections=MappingProxyType(read["collections"]),
        passwords=tuple(read["passwords"]),
    )


def refuse_data_loss(series: str, version: str, floor: Mapping[str, str] | None) -> None:
    """Raise ValueError for a version of kolla-ansible below the floor `{version, because}` of its series."""
    if floor and _numbers(version) < _numbers(floor["version"]):
        raise ValueError(
            f"{_FACTS.name}: {series}: kollaAnsible: {version}: {floor['because']}; "
            f"pin {floor['version']} or later, and run `make release-data`"
        )


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))


def upgrades_to(series: str) -> tuple[str, ...]:
    """Releases that a release can be upgraded to directly; reads no package data."""
    return tuple(_facts()[series]["upgradesTo"])


def support_ended(series: str, today: dt.date) -> str | None:
    """What an operator should know once upstream has stopped fixing a release; None: it is maintained."""
    last: dt.date = _facts()[series]["endOfSupport"]
    if today <= last:
        return None
    ways = f"it upgrades to {' or '.join(upgrades_to(series))}" if upgrades_to(series) else "upgrade it"
    return f"support of OpenStack {series} ({_facts()[series]['name']}) ended on {last}: no more fixes come; {ways}"


@cache
def host_systems() -> Mapping[str, tuple[str, ...]]:
    """Release to the host systems that it runs on; reads no package data."""
    return MappingProxyType({series: tuple(_facts()[series]["hostSystems"]) for series in known()})


@cache
def pinned() -> Mapping[str, str]:
    """Release to the version of kolla-ansible that its data are read from; reads no package data."""
    return MappingProxyType({series: _facts()[series]["kollaAnsible"] for series in known()})


@cache
def _facts() -> dict[str, dict[str, Any]]:
    facts: dict[str, dict[str, Any]] = yaml.safe_load(_FACTS.read_text(encoding="utf-8"))
    return facts


__all__ = [
    "DATA",
    "Dialect",
    "Release",
    "host_systems",
    "known",
    "pinned",
    "refuse_data_loss",
    "release",
    "support_ended",
    "upgrades_to",
]
