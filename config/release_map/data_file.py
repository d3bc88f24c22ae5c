"""The generated data of one release, as they lie in `data/<series>.json`."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

DATA = Path(__file__).with_name("data")


@cache
def data(series: str) -> dict[str, Any]:
    """What was read from the release's package; not to be changed. Raises KeyError for an unknown release."""
    path = DATA / f"{series}.json"
    if not path.exists():
        raise KeyError(series)
    read: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return read
