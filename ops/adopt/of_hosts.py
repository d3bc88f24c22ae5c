"""Options that stand in the inventory: those that all hosts share, and those of single hosts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from config.cloud import CloudConfig
from config.kolla.by_host import may_differ
from config.kolla.hosts import TOP
from config.kolla.texts import texts
from config.kolla.variables import variables
from config.release_map.data_file import option_rows
from ops.adopt.folder import Folder
from ops.adopt.passwords import known_within
from ops.adopt.remark import Remark, shown
from ops.adopt.site import short

_JINJA = re.compile(r"\{[{%].*?[}%]\}", re.DOTALL)
_WORD = re.compile(r"[A-Za-z_]\w*")
_DEVICES = ("_interface", "_bridge_name")
"""Ends of the names of options that only hosts with such a device have; elsewhere nobody reads them."""


def of_every_host(folder: Folder) -> dict[str, Any]:
    """The options that come to one value on every host that has them, as an option of globals.yml would.

    Variables of the site's own are among them where an option or a text refers to them.
    """
    each = _by_host(folder)
    found = {}
    for name in dict.fromkeys(name for own in each.values() for name in own):
        values = [own[name] for own in each.values() if name in own]
        same = all(value == values[0] for value in values)
        if same and (len(values) == len(each) or name.endswith(_DEVICES)):
            found[name] = values[0]
    return found


def _referred(folder: Folder, each: Mapping[str, Mapping[str, Any]]) -> set[str]:
    """Words in Jinja expressions of options and of the texts below `config/`."""
    said = [*texts([folder.globals, *each.values()])]
    said += [file.read_text(encoding="utf-8", errors="replace") for file in folder.files.values()]
    return {word for text in said for part in _JINJA.findall(text) for word in _WORD.findall(part)}


def of_some_hosts(
    folder: Folder, options: Mapping[str, Any], cloud: CloudConfig
) -> tuple[dict[str, dict[str, Any]], list[Remark]]:
    """The options of single hosts, by the host's name, and those that cannot be said.

    What the folder's globals.yml sets beats them, so those are left out. Those that a field sets for all hosts and no
    host may have otherwise are among what cannot be said.
    """
    found: dict[str, dict[str, Any]] = {}
    beaten = []
    written = {row.name: row for row in variables(cloud) if row.value is not None}
    for host, own in _by_host(folder).items():
        single = {name: value for name, value in own.items() if name not in options and value is not None}
        for name in [one for one in single if one in written]:
            row, value = written[name], single.pop(name)
            if str(row.value) == str(value):
                continue
            if may_differ(name):
                single[name] = value
            else:
                why = f"becomes `{shown(row.value)}`: `cloud:{row.field}` is the same for all hosts"
                do = "give the hosts the same one, such as a bond of one name"
                beaten.append(Remark(f"inventory: {host}: {name}", shown(value), why, do))
        for name in [
            one
            for one in single
            if any(any(known_within(text, folder.passwords)) for text in texts(single[one]))
        ]:
            del single[name]
            do = "write `{{ NAME }}` there, with NAME in passwords.yml, and adopt again"
            beaten.append(Remark(f"inventory: {host}: {name}", "", "has a password in plain text", do))
        if single:
            found[short(host)] = single
    return found, beaten


def _by_host(folder: Folder) -> dict[str, dict[str, Any]]:
    """Each host's variables that the release reads or that something refers to; Ansible's own are none."""
    hosts = dict.fromkeys(host for group in TOP for host in folder.inventory.hosts(group))
    each = {host: folder.inventory.variables(host) for host in hosts}
    read = {*option_rows(folder.series), *_referred(folder, each)}
    return {
        host: {name: value for name, value in own.items() if name in read and not name.startswith("ansible_")}
        for host, own in each.items()
    }
