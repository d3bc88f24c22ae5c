"""Every variable that one release reads and a site may set, with its type, default and place."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from ops.release_data.kinds import ANY, Kinds
from ops.release_data.package import Package
from ops.release_data.references import references

_DEFAULTS = (r"ansible/group_vars/all\.yml", r"ansible/group_vars/all/.*\.yml")
_ROLE_DEFAULTS = (r"ansible/roles/[^/]+/defaults/.*\.yml",)
_ROLE_VARS = (r"ansible/roles/[^/]+/vars/.*\.yml",)
_SAMPLE = "etc_examples/kolla/globals.yml"

_SAMPLE_LINE = re.compile(r"^#?([a-z][a-z0-9_]*):(?:\s|$)", re.MULTILINE)

_OTHERWISE = {
    "designate_dnssec_validation": ANY,
    "designate_ns_record": ANY,
    "distro_python_version": "str",
}
"""Types that a default does not tell: BIND takes `auto` besides yes and no, its template one name besides a list of
names; a version is no number."""

_SHORT = 60
Row = tuple[str, str, str]
"""Type, short default, place."""


def options(package: Package) -> dict[str, Row]:
    """Name to type, default and place; the place that decides in Ansible's order is given."""
    defaults: dict[str, tuple[Any, str]] = {}
    for pattern, variables in ((_ROLE_VARS, True), (_ROLE_DEFAULTS, False), (_DEFAULTS, False)):
        for path in package.below(*pattern):
            for name, value in _mapping(package.yaml(path)):
                defaults[name] = (None if variables else value, _place(path))
    kinds = Kinds({name: value for name, (value, _) in defaults.items()})
    rows = {
        name: (kind := _OTHERWISE.get(name, kinds.of(name)), _default(name, kind, value), place)
        for name, (value, place) in defaults.items()
    }
    for name, place in (*references(package).items(), *_sample(package)):
        rows.setdefault(name, (ANY, "", place))
    return dict(sorted(rows.items()))


def _default(name: str, kind: str, value: Any) -> str:
    """A default on a line. Switches and ports are whole: config/kolla/values.py evaluates them."""
    line = whole(value)
    decides = kind in ("bool", "int") or name.endswith("_port")
    return line if decides or len(line) <= _SHORT else f"{line[: _SHORT - 1]}…"


def whole(value: Any) -> str:
    """A default on a line: JSON; nothing for no default."""
    if value is None:
        return ""
    text = value if isinstance(value, str) else json.dumps(value, sort_keys=True)
    return " ".join(text.split())


def _mapping(value: Any) -> Iterator[tuple[str, Any]]:
    return iter(value.items() if isinstance(value, dict) else ())


def _place(path: str) -> str:
    parts = path.removeprefix("ansible/").removesuffix(".yml").split("/")
    return "/".join(parts[:3] if parts[0] == "roles" else parts)


def _sample(package: Package) -> Iterator[tuple[str, str]]:
    """What the sample globals.yml shows and nothing else has."""
    return ((name, "etc/kolla/globals.yml") for name in _SAMPLE_LINE.findall(package.text(_SAMPLE)))
