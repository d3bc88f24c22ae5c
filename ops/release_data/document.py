"""One release's data as the text of its file: an entry a line, sorted, so that a change can be reviewed."""

from __future__ import annotations

import json
from typing import Any

from ops.release_data import layout
from ops.release_data.options import options
from ops.release_data.package import Package


def document(package: Package, series: str) -> dict[str, Any]:
    """All that is read from the package."""
    return {
        "series": series,
        "package": package.version,
        "requires": layout.requires(package),
        "collections": layout.collections(package),
        "hostSystems": layout.host_systems(package),
        "verbs": layout.verbs(package),
        "groups": layout.groups(package),
        "plays": layout.plays(package),
        "services": layout.services(package),
        "passwords": layout.passwords(package),
        "options": options(package),
    }


def text(data: dict[str, Any]) -> str:
    """JSON with one line for each entry of each part."""
    return "{\n" + ",\n".join(f"{_dump(key)}: {_part(value)}" for key, value in data.items()) + "\n}\n"


def _part(value: Any) -> str:
    if isinstance(value, dict):
        return "{\n" + ",\n".join(f"{_dump(k)}: {_dump(v)}" for k, v in value.items()) + "\n}"
    if isinstance(value, list):
        return "[\n" + ",\n".join(_dump(item) for item in value) + "\n]"
    return _dump(value)


def _dump(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
