"""A release's inventory groups and what runs on them, as its own multinode inventory and site.yml have them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from config.release_map.data_file import data

TOP_GROUPS = ("control", "network", "compute", "monitoring", "storage", "deployment")
"""Groups that hold hosts; every other holds groups."""


@dataclass(frozen=True)
class Group:
    """An inventory group."""

    name: str
    children: tuple[str, ...]
    """The groups in it, in multinode's order; empty for a group of hosts."""

    @property
    def top(self) -> bool:
        """Whether it holds hosts itself."""
        return self.name in TOP_GROUPS


@dataclass(frozen=True)
class Play:
    """One step of `deploy`: a role on groups."""

    role: str
    tags: tuple[str, ...]
    """What `--tags` selects it by."""
    groups: tuple[str, ...]


@dataclass(frozen=True)
class Service:
    """One container that a release can run."""

    name: str
    role: str
    container: str
    groups: tuple[str, ...]
    """The inventory groups whose hosts run it; with more than one, options decide which of them."""


@cache
def groups(series: str) -> Mapping[str, Group]:
    """Every group of the release, in multinode's order. Raises KeyError for an unknown release."""
    read = data(series)["groups"]
    return MappingProxyType({name: Group(name, tuple(children)) for name, children in read.items()})


@cache
def plays(series: str) -> tuple[Play, ...]:
    """What `deploy` runs, in order; a role may come more than once. Raises KeyError."""
    return tuple(Play(role, tuple(tags), tuple(hosts)) for role, tags, hosts in data(series)["plays"])


@cache
def services(series: str) -> Mapping[str, Service]:
    """Every container of the release by its service's name. Raises KeyError."""
    read = data(series)["services"]
    return MappingProxyType(
        {
            name: Service(name, role, container, tuple(named))
            for name, (role, container, named) in read.items()
        }
    )


def top_groups(series: str, group: str) -> tuple[str, ...]:
    """The groups of hosts that a group comes down to, without duplicates. Raises KeyError."""
    known = groups(series)
    found: dict[str, None] = {}
    wanted = [group]
    while wanted:
        name = wanted.pop(0)
        if known[name].top:
            found[name] = None
        wanted = [*known[name].children, *wanted]
    return tuple(found)
