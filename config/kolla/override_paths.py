"""Which files below `config/` Kolla-Ansible reads at all, by release: a misspelt one is silently never read.

The data are the paths that its own tasks name: `HOST` stands for a host's name, `COMPONENT` for a component
of the service (`nova-compute`), `*` for any name, `**` for anything below.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Any

import yaml

_INI = {
    "aodh", "barbican", "blazar", "ceilometer", "cinder", "cloudkitty", "cyborg", "designate", "glance", "gnocchi",
    "heat", "ironic", "keystone", "magnum", "manila", "masakari", "mistral", "neutron", "nova", "octavia",
    "placement", "tacker", "trove", "watcher", "zun",
}  # fmt: skip


_HOST = "\0"
"""Stands for a host's name; no file is called like that."""

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@cache
def _data() -> dict[str, dict[str, list[str]]]:
    text = Path(__file__).with_name("override_paths.yaml").read_text(encoding="utf-8")
    data: Any = yaml.load(text, Loader=_LOADER)  # noqa: S506  # the safe one, in C where there is one
    return dict(data)


@cache
def patterns(series: str) -> dict[str, tuple[str, ...]]:
    """The paths that each service of a release reads, by service; `global` is for all."""
    found: dict[str, tuple[str, ...]] = {}
    for service, lines in _data()["paths"].items():
        entries = (line.partition(" ") for line in lines)
        found[service] = tuple(path for path, _, only in entries if not only or series in only.split(","))
    return found


def readers(series: str, path: str, hosts: Collection[str]) -> tuple[str, ...]:
    """The services of a release that read a path; none: nothing does."""
    folders = path.split("/")[:-1]
    forms = [path, *(_for_host(path, at) for at, folder in enumerate(folders) if folder in hosts)]
    known = _by_first(series)
    found = {
        service
        for form in forms
        for service, pattern in (*known.get(form.partition("/")[0], ()), *known.get("", ()))
        if _expression(pattern, service).fullmatch(form)
    }
    return tuple(service for service in patterns(series) if service in found)


def is_ini(path: str) -> bool:
    """Whether a path is that of an OpenStack service's INI file: its own or one of its components'."""
    service, name = path.partition("/")[0].removesuffix(".conf"), path.rpartition("/")[2]
    names = {service, *_data()["components"].get(service, [])} if service in _INI else {"global"}
    return name.endswith(".conf") and name.removesuffix(".conf") in names


def nearest(series: str, path: str, hosts: Collection[str]) -> str | None:
    """The path that was likely meant."""
    every = _all_spelt(series, next(iter(hosts), "HOST"))
    close = get_close_matches(path, every, n=1, cutoff=0.75)
    return close[0] if close else None


@cache
def _all_spelt(series: str, host: str) -> list[str]:
    """Every path of a release with real names in it; those of any name are left out."""
    found = []
    for service, known in patterns(series).items():
        for pattern in known:
            if "*" not in pattern:
                names = _components(pattern, service) if "COMPONENT" in pattern else [""]
                found += [pattern.replace("HOST", host).replace("COMPONENT", name) for name in names]
    return found


def _for_host(path: str, at: int) -> str:
    """The path with a folder that is called like a host as patterns write it."""
    parts = path.split("/")
    return "/".join((*parts[:at], _HOST, *parts[at + 1 :]))


@cache
def _by_first(series: str) -> dict[str, list[tuple[str, str]]]:
    """Services and patterns by their first step; "" where that has no fixed name."""
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for service, known in patterns(series).items():
        for pattern in known:
            first = pattern.partition("/")[0]
            fixed = not any(word in first for word in ("*", "HOST", "COMPONENT"))
            found[first if fixed else ""].append((service, pattern))
    return found


@cache
def _expression(pattern: str, service: str) -> re.Pattern[str]:
    """Compiled when it is first asked for: a site has few texts, and a release hundreds of patterns."""
    regex = re.escape(pattern).replace(r"\*\*", ".+").replace("HOST", _HOST)
    regex = re.sub(r"(?<=\w)\\\*", "[^/]*", regex).replace(r"\*", "[^/]+")  # `ceph*`: `ceph` too
    names = "|".join(map(re.escape, _components(pattern, service)))
    return re.compile(regex.replace("COMPONENT", f"(?:{names})"))


def _components(pattern: str, service: str) -> list[str]:
    """What `COMPONENT` stands for: the service's own, and every service's where the load balancer has their frontends."""
    known = _data()["components"]
    if pattern.startswith("haproxy-config/"):
        return sorted(set[str]().union(*known.values()))
    return known.get(service, [])
