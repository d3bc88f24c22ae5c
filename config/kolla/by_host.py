"""Options that differ between hosts: they stand in the inventory, for what globals.yml has beats a host's own.

Kolla-Ansible passes globals.yml as extra variables (`-e @globals.yml`), and its own defaults (`group_vars/all.yml` beside
the playbooks) beat variables of groups of an inventory. So an option that one host has otherwise is written for each host.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from config.release_map.data_file import option_rows

if TYPE_CHECKING:
    from config.cloud import CloudConfig

_ENDS = ("interface", "vip_interface", "bridge_name", "plugin_agent", "virt_type", "workers", "dimensions")
_REFERENCE = re.compile(r"\{\{ *(\w+) *\}\}")


def may_differ(name: str) -> bool:
    """Whether an option that a field sets may still be another on one host."""
    return name.endswith(_ENDS)


def options_of_hosts(cloud: CloudConfig, common: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """By active host, the options that are to stand on its line of the inventory.

    An option that follows another by the release's default (`api_interface` is `network_interface`) and is the same in
    the whole cloud follows it on the host too.

    Args:
        cloud: the cloud.
        common: what holds for all hosts.
    """
    own = (
        {host: _with_followers(cloud, common, cloud.kolla.host_vars.get(host, {})) for host in cloud.active()}
        if cloud.kolla
        else {}
    )
    different = dict.fromkeys(name for options in own.values() for name in options if name in common)
    shared = {name: common[name] for name in different}
    return {host: {**shared, **options} for host, options in own.items()}


def different(cloud: CloudConfig, common: Mapping[str, Any]) -> dict[str, Any]:
    """The options of the whole cloud that some host has otherwise: not for globals.yml."""
    on_lines = {name for options in options_of_hosts(cloud, common).values() for name in options}
    return {name: value for name, value in common.items() if name in on_lines}


def _with_followers(cloud: CloudConfig, common: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    rows = option_rows(cloud.releases.openstack)
    found = dict(own)
    for name, value in common.items() if own else ():
        led_by = _REFERENCE.fullmatch(rows[name][1]) if name in rows else None
        if led_by and led_by[1] in own and name not in own and value == common.get(led_by[1]):
            found[name] = own[led_by[1]]
    return found
