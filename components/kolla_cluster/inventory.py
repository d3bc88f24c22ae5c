"""The inventory: the release's own groups, with the hosts by their roles. Pure."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterable, Mapping
from typing import Any

from components.host_prep.system import VENV
from components.kolla_cluster.globals import global_options
from config.cloud import CloudConfig
from config.kolla.by_host import different, options_of_hosts
from config.kolla.hosts import TOP, placement
from config.release_map.inventory import groups
from host_programs.contract.kolla_run import KOLLA_USER

_HEAD = "# Managed by openstack-cloud: change the stack file instead."
_LOCALHOST = 'localhost ansible_connection=local ansible_python_interpreter="{{ ansible_playbook_python }}"'


def inventory(cloud: CloudConfig) -> str:
    """The text of the inventory: every group of the release, none of another."""
    placed = placement(cloud)
    common = global_options(cloud)
    own = options_of_hosts(cloud, common)
    sections = [_HEAD, _all_vars()]
    written: set[str] = set()
    for name, group in groups(cloud.releases.openstack).items():
        if name in TOP:
            hosts = cloud.with_role(*TOP[name])
            sections.append(_section(name, (_line(cloud, host, own, written) for host in hosts)))
        elif name == "deployment":
            sections.append(_section(name, [host_line(_LOCALHOST, different(cloud, common))]))
        else:
            sections.append(_section(f"{name}:children", placed.get(name, group.children)))
    return "\n\n".join(sections) + "\n"


def _all_vars() -> str:
    return _section(
        "all:vars", [f"ansible_user={KOLLA_USER}", f"ansible_python_interpreter={VENV}/bin/python"]
    )


def _section(name: str, lines: Iterable[str]) -> str:
    return "\n".join([f"[{name}]", *lines])


def _line(cloud: CloudConfig, name: str, own: Mapping[str, Mapping[str, Any]], written: set[str]) -> str:
    """A host; its variables stand where it is named first."""
    if name in written:
        return name
    written.add(name)
    return host_line(
        name, {"ansible_host": str(cloud.hosts[name].addresses["management"]), **own.get(name, {})}
    )


def host_line(name: str, variables: Mapping[str, Any]) -> str:
    """A host's line with its variables, each read by Ansible as the value that it is."""
    return " ".join([name, *(f"{key}={_value(value)}" for key, value in variables.items())])


def _value(value: Any) -> str:
    """A value in an inventory's line, which Ansible reads as a Python literal where it can."""
    if not isinstance(value, str):
        return _quoted(str(value)) if isinstance(value, dict | list) else str(value)
    # A literal has no line break either, which would end the line.
    if _is_literal(value) or not value.isprintable():
        return _quoted(repr(value))
    plain = value and all(char.isalnum() or char in "._-:/," for char in value)
    return value if plain else _quoted(value)


def _quoted(text: str) -> str:
    """One word of the line. Ansible takes back slashes before quotes and slashes alone, so letters stand as they are."""
    return json.dumps(text, ensure_ascii=False)


def _is_literal(text: str) -> bool:
    """Whether Ansible would read a text as something else: `51` as a number."""
    try:
        return not isinstance(ast.literal_eval(text), str)
    except (ValueError, SyntaxError):
        return False
