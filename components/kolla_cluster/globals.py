"""globals.yml: what the fields set, in groups, then what `kolla.globals` adds. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import yaml

from config.cloud import CloudConfig
from config.kolla.by_host import different
from config.kolla.values import truth
from config.kolla.variables import variables
from config.release_map.options import Option, options

_HEAD = "# Managed by openstack-cloud: change the stack file instead."
_OWN = "kolla.globals"


def global_options(cloud: CloudConfig) -> dict[str, Any]:
    """Every option that holds for the whole cloud, by name: the fields' own, then the site's."""
    return {name: value for rows in _groups(cloud).values() for name, value in rows.items()}


def globals_yaml(cloud: CloudConfig) -> str:
    """The text of globals.yml: the same configuration gives the same text.

    Options that some host has otherwise are in the inventory, for they would beat the host's own here.
    """
    parts = [_HEAD]
    in_inventory = different(cloud, global_options(cloud))
    for group, options_of_group in _groups(cloud).items():
        rows = {name: value for name, value in options_of_group.items() if name not in in_inventory}
        if rows:
            parts.append(f"\n# {group}\n{_text(rows)}".rstrip("\n"))
    return "---\n" + "\n".join(parts) + "\n"


def _groups(cloud: CloudConfig) -> dict[str, dict[str, Any]]:
    groups: dict[str, dict[str, Any]] = {}
    for row in variables(cloud):
        if row.value is not None:
            groups.setdefault(row.group, {})[row.name] = row.value
    own = cloud.kolla.globals if cloud.kolla else {}
    if own:
        known = options(cloud.releases.openstack)
        groups[_OWN] = {name: _typed(own[name], known, name) for name in sorted(own)}
    return groups


def _typed(value: Any, known: Mapping[str, Option], name: str) -> Any:
    """Truth values in words (`yes`) as truth values: Pulumi reads `on` and `yes` as text."""
    words = ("yes", "no", "on", "off", "true", "false")
    if name in known and known[name].type == "bool" and str(value).lower() in words:
        return truth(value)
    return value


def _text(rows: dict[str, Any]) -> str:
    return yaml.safe_dump(rows, sort_keys=False, default_flow_style=False, width=1000, allow_unicode=True)
