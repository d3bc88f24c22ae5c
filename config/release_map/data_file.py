"""The data of one release, as generated in `data/<series>.json`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

DATA = Path(__file__).with_name("data")

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
    """Every option of the release by name. Raises KeyError for an unknown release."""
    return MappingProxyType(data(series)["options"])
