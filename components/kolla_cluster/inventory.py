"""The inventory: the release's own groups, with the hosts by their roles. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from components.host_prep.system import VENV
from config.cloud import CloudConfig
from config.kolla.hosts import TOP, placement
from config.release_map.inventory import groups
from host_programs.contract import KOLLA_USER

_HEAD = "# Managed by openstack-cloud: change the stack file instead."
_LOCALHOST = 'localhost ansible_connection=local ansible_python_interpreter="{{ ansible_playbook_python }}"'


def inventory(cloud: CloudConfig) -> str:
    """The text of the inventory: every group of the release, none of another."""
    placed = placement(cloud)
    sections = [_HEAD, _all_vars()]
    written: set[str] = set()
    for name, group in groups(cloud.releases.openstack).items():
        if name in TOP:
            hosts = cloud.with_role(*TOP[name])
            sections.append(_section(name, (_line(cloud, host, written) for host in hosts)))
        elif name == "deployment":
            sections.append(_section(name, [_LOCALHOST]))
        else:
            sections.append(_section(f"{name}:children", placed.get(name, group.children)))
    return "\n\n".join(sections) + "\n"


def _all_vars() -> str:
    return _section(
        "all:vars", [f"ansible_user={KOLLA_USER}", f"ansible_python_interpreter={VENV}/bin/python"]
    )


def _section(name: str, lines: Iterable[str]) -> str:
    return "\n".join([f"[{name}]", *lines])


def _line(cloud: CloudConfig, name: str, written: set[str]) -> str:
    """A host; its variables stand where it is named first."""
    if name in written:
        return name
    written.add(name)
    own = cloud.kolla.host_vars.get(name, {}) if cloud.kolla else {}
    pairs = {"ansible_host": str(cloud.hosts[name].addresses["management"]), **own}
    return " ".join([name, *(f"{key}={_value(value)}" for key, value in pairs.items())])


def _value(value: Any) -> str:
    """A value in an inventory's line, which Ansible reads as a Python literal where it can."""
    if isinstance(value, str):
        plain = value and all(char.isalnum() or char in "._-:/," for char in value)
        return value if plain else json.dumps(value)
    return json.dumps(str(value)) if isinstance(value, dict | list) else str(value)
