"""The releases of OpenStack that this program deploys: facts kept by hand, and data read from the packages.

`releases.yaml` has what stands in no package, `data/` what `make release-data` reads from each published
kolla-ansible. Everything is read when it is first asked for, and once.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

import yaml

from config.release_map.data_file import DATA, data

Dialect = Literal["shell", "cliff"]
Status = Literal["maintained", "unmaintained", "end of life"]

_FACTS = Path(__file__).with_name("releases.yaml")


@dataclass(frozen=True)
class Release:
    """What this program knows of one release."""

    series: str
    """`2025.1`."""
    name: str
    """`Epoxy`."""
    kolla_ansible: str
    """Version of kolla-ansible that is installed for it."""
    status: Status
    """Upstream's word on its stable branch when the facts were last checked."""
    end_of_support: datetime.date
    """Last day of upstream's maintenance, planned or past."""
    slurp: bool
    """Whether a skip-level upgrade may start or end here."""
    host_os: tuple[str, ...]
    """Host systems of this program that it runs on: `debian-12`, …"""
    python: tuple[str, str]
    """Oldest and newest Python of the deploy host's venv."""
    dialect: Dialect
    """How the command line is written: `shell` takes `-i` before the verb and `_` in verbs' names."""
    upgrades_to: tuple[str, ...]
    """Releases that can be upgraded to directly."""
    rabbitmq: str
    """RabbitMQ in its images."""
    ansible_core: str
    """ansible-core that is installed with it."""
    ansible_bundle: str
    """Version of the PyPI package `ansible` whose collections fit, for sites without Ansible Galaxy."""
    requirements: Mapping[str, str]
    """Pins of the deploy host's venv, kolla-ansible and ansible-core among them: name to version."""
    requires: Mapping[str, str]
    """What the package itself asks for, and `python`: name to range."""
    collections: Mapping[str, str]
    """Ansible collections: name to range."""
    passwords: tuple[str, ...]
    """Names in its passwords.yml, in its order."""
    verbs: tuple[str, ...]
    """What its command line can do."""

    def pins(self) -> tuple[str, ...]:
        """The requirements as pip takes them, sorted."""
        return tuple(f"{name}=={version}" for name, version in sorted(self.requirements.items()))

    def ended(self, today: datetime.date) -> bool:
        """Whether upstream no longer maintains it on a day."""
        return self.status != "maintained" or today > self.end_of_support


@cache
def known() -> tuple[str, ...]:
    """Every release, oldest first."""
    return tuple(sorted(_facts()))


@cache
def release(series: str) -> Release:
    """One release. Raises KeyError for one that is not known()."""
    facts, read = _facts()[series], data(series)
    kolla, pins = facts["kollaAnsible"], facts["requirements"]
    return Release(
        series=series,
        name=facts["name"],
        kolla_ansible=kolla,
        status=facts["status"],
        end_of_support=facts["endOfSupport"],
        slurp=facts["slurp"],
        host_os=tuple(facts["hostSystems"]),
        python=(facts["python"][0], facts["python"][1]),
        dialect=facts["dialect"],
        upgrades_to=tuple(facts["upgradesTo"]),
        rabbitmq=facts["rabbitmq"],
        ansible_core=pins["ansible-core"],
        ansible_bundle=facts["ansibleBundle"],
        requirements=MappingProxyType({"kolla-ansible": kolla, **pins}),
        requires=MappingProxyType(read["requires"]),
        collections=MappingProxyType(read["collections"]),
        passwords=tuple(read["passwords"]),
        verbs=tuple(read["verbs"]),
    )


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


__all__ = ["DATA", "Dialect", "Release", "Status", "host_systems", "known", "pinned", "release"]
