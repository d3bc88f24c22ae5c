"""Which files below `config/` Kolla-Ansible reads at all, by release: a misspelt one is silently never read.

The data are the paths that its own tasks name: `HOST` stands for a host's name, `COMPONENT` for a component
of the service (`nova-compute`), `*` for any name, `**` for anything below.
"""

from __future__ import annotations

import re
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


@cache
def _data() -> dict[str, dict[str, list[str]]]:
    text = Path(__file__).with_name("override_paths.yaml").read_text(encoding="utf-8")
    data: Any = yaml.safe_load(text)
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
    return tuple(
        service
        for service, known in patterns(series).items()
        if any(_matches(pattern, path, service, hosts) for pattern in known)
    )


def is_ini(path: str) -> bool:
    """Whether a path is that of an OpenStack service's INI file: its own or one of its components'."""
    service, name = path.partition("/")[0].removesuffix(".conf"), path.rpartition("/")[2]
    names = {service, *_data()["components"].get(service, [])} if service in _INI else {"global"}
    return name.endswith(".conf") and name.removesuffix(".conf") in names


def nearest(series: str, path: str, hosts: Collection[str]) -> str | None:
    """The path that was likely meant."""
    every = [one for service in patterns(series) for one in _spelt(series, service, hosts)]
    close = get_close_matches(path, every, n=1, cutoff=0.75)
    return close[0] if close else None


def _spelt(series: str, service: str, hosts: Collection[str]) -> list[str]:
    """The patterns of a service with real names in them; those of any name are left out."""
    host = next(iter(hosts), "HOST")
    found = []
    for pattern in patterns(series)[service]:
        if "*" not in pattern:
            names = _data()["components"].get(service, []) if "COMPONENT" in pattern else [""]
            found += [pattern.replace("HOST", host).replace("COMPONENT", name) for name in names]
    return found


def _matches(pattern: str, path: str, service: str, hosts: Collection[str]) -> bool:
    components = _data()["components"].get(service, [])
    regex = re.escape(pattern).replace(r"\*\*", ".+")
    regex = re.sub(r"(?<=\w)\\\*", "[^/]*", regex).replace(r"\*", "[^/]+")  # `ceph*`: `ceph` too
    regex = regex.replace("HOST", "(?:" + "|".join(map(re.escape, hosts)) + ")")
    regex = regex.replace("COMPONENT", "(?:" + "|".join(map(re.escape, components)) + ")")
    return re.fullmatch(regex, path) is not None
