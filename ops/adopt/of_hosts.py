"""Options that stand in the inventory: those that all hosts share, and those of single hosts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from config.cloud import CloudConfig
from config.kolla.hosts import TOP
from config.kolla.variables import variables
from config.release_map.data_file import option_rows
from ops.adopt.folder import Folder
from ops.adopt.remark import Remark, shown
from ops.adopt.site import short

_DEVICES = ("_interface", "_bridge_name")
"""Ends of the names of options that only hosts with such a device have; elsewhere nobody reads them."""


def of_every_host(folder: Folder) -> dict[str, Any]:
    """The options that come to one value on every host that has them, as an option of globals.yml would."""
    each = _by_host(folder)
    names = dict.fromkeys(name for own in each.values() for name in own)
    found = {}
    for name in names:
        values = [own[name] for own in each.values() if name in own]
        same = all(value == values[0] for value in values)
        if same and (len(values) == len(each) or name.endswith(_DEVICES)):
            found[name] = values[0]
    return found


def of_some_hosts(
    folder: Folder, options: Mapping[str, Any], cloud: CloudConfig
) -> tuple[dict[str, dict[str, Any]], list[Remark]]:
    """The options of single hosts, by the host's name, and those that cannot be said.

    What globals.yml sets beats them, in the folder and in the plan: the former are left out, the latter told.
    """
    found: dict[str, dict[str, Any]] = {}
    beaten = []
    written = {row.name: row for row in variables(cloud) if row.value is not None}
    for host, own in _by_host(folder).items():
        single = {name: value for name, value in own.items() if name not in options and value is not None}
        for name in [one for one in single if one in written]:
            row, value = written[name], single.pop(name)
            if str(row.value) != str(value):
                why = f"becomes `{shown(row.value)}`: `cloud:{row.field}` is written for all hosts, and beats a host's own"
                do = "give the hosts the same one, such as a bond of one name"
                beaten.append(Remark(f"inventory: {host}: {name}", shown(value), why, do))
        if single:
            found[short(host)] = single
    return found, beaten


def _by_host(folder: Folder) -> dict[str, dict[str, Any]]:
    """Each host's options; Ansible's own variables, and the site's own that the release does not have, are none."""
    known = option_rows(folder.series)
    hosts = dict.fromkeys(host for group in TOP for host in folder.inventory.hosts(group))
    return {
        host: {name: value for name, value in folder.inventory.variables(host).items() if name in known}
        for host in hosts
    }
