"""Options of the services' own configuration files that the product sets, besides those of Kolla-Ansible.

They go into the texts below `config/` that Kolla-Ansible merges over its templates, together with what the site has
there: a file's sections may come twice, an option must not.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from config.cloud import CloudConfig

_SECTION = re.compile(r"^\[([^\]]+)\]")
_OPTION = re.compile(r"^([\w-]+)\s*[=:]")


@dataclass(frozen=True)
class Setting:
    """One option."""

    path: str
    """Of its file below `config/`."""
    section: str
    option: str
    value: str
    field: str = ""
    """The field that sets it; none: a default of the product, over which the site's own text has the last word."""


def settings(cloud: CloudConfig) -> Iterator[Setting]:
    """Everything that the product sets; nothing without `kolla`."""
    kolla = cloud.kolla
    if kolla is not None:
        for part in kolla.parts():
            yield from part.settings(cloud, kolla)


def sets(text: str, setting: Setting) -> bool:
    """Whether a site's text sets the same option (MariaDB takes `-` for `_`)."""
    section = ""
    wanted = (setting.section, setting.option.replace("-", "_"))
    for line in text.splitlines():
        if found := _SECTION.match(line):
            section = found[1]
        elif (found := _OPTION.match(line)) and (section, found[1].replace("-", "_")) == wanted:
            return True
    return False


def joined(site: str, own: Iterable[Setting]) -> str:
    """A file's text: the site's, and the options that it does not set itself."""
    added = [setting for setting in own if not sets(site, setting)]
    blocks = [
        f"[{section}]\n" + "".join(f"{one.option} = {one.value}\n" for one in group)
        for section, group in groupby(added, key=lambda one: one.section)
    ]
    return "\n".join(text if text.endswith("\n") else f"{text}\n" for text in (site, *blocks) if text)
