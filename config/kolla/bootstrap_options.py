"""Options of `kolla-ansible bootstrap-servers`, whose work HostPrep does: Kolla-Ansible's runs read none of them."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import yaml

_TABLE = Path(__file__).with_suffix(".yaml")


@cache
def bootstrap_options() -> dict[str, str | None]:
    """By name the field below `cloud:` that does the same; None: there is none, and no need of one."""
    table: dict[str, list[str]] = yaml.safe_load(_TABLE.read_text(encoding="utf-8"))
    return {name: None if field == "none" else field for field, names in table.items() for name in names}
