"""The data of one release: generated ones of `data/<series>.json`, and options of the collection openstack.kolla."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml

DATA = Path(__file__).with_name("data")
_COLLECTION = Path(__file__).with_name("collection.yaml")

Row = tuple[str, str, str]
"""An option's type, short default and place."""


@cache
def data(series: str) -> Mapping[str, Any]:
    """What was read from the release's package; not to be changed. Raises KeyError for an unknown release."""
    path = DATA / f"{series}.json"
    if not path.exists():
        raise KeyError(series)
    read: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return MappingProxyType(read)


@cache
def option_rows(series: str) -> Mapping[str, Row]:
    """Every option of the release by name; the package's own word before the collection's. Raises KeyError."""
    return MappingProxyType({**_collection(), **data(series)["options"]})


@cache
def _collection() -> dict[str, Row]:
    kinds: dict[str, list[str]] = yaml.safe_load(_COLLECTION.read_text(encoding="utf-8"))
    return {name: (kind, "", "collection openstack.kolla") for kind, names in kinds.items() for name in names}
