"""Every variable that one release reads and a site may set, with its type, default and place."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from ops.release_data.kinds import ANY, Kinds
from ops.release_data.package import Package

_DEFAULTS = (r"ansible/group_vars/all\.yml", r"ansible/group_vars/all/.*\.yml")
_ROLE_DEFAULTS = (r"ansible/roles/[^/]+/defaults/.*\.yml",)
_ROLE_VARS = (r"ansible/roles/[^/]+/vars/.*\.yml",)
_READERS = (r"ansible/[^/]+\.yml", r"ansible/roles/.*\.(?:yml|yaml|j2)", r"ansible/group_vars/.*\.yml")
_SAMPLE = "etc_examples/kolla/globals.yml"

# A bare name, not an attribute or a key, that a filter or a test says may be missing.
_OPTIONAL = re.compile(
    r"(?<![\w.'\"\]/-])([a-z_][a-z0-9_]*)(?:\s*\|\s*(?:default|d)\b|\s+is\s+(?:not\s+)?(?:un)?defined\b)"
)
# What a play names for itself: results, facts, loop variables.
_OWN = (
    re.compile(r"^\s*(?:-\s+)?register:\s*[\"']?(\w+)", re.M),
    re.compile(r"\b(?:loop_var|index_var):\s*[\"']?(\w+)"),
    re.compile(r"\{%-?\s*set\s+(\w+)"),
    re.compile(r"\{%-?\s*for\s+(\w+)(?:\s*,\s*(\w+))?"),
    re.compile(r"\{%-?\s*macro\s+\w+\(([^)]*)\)"),
)
_FACTS = re.compile(r"^(\s*)(?:ansible\.builtin\.)?set_fact:\s*\n((?:\1\s+.*\n|\s*\n)+)", re.M)
_NOT_OPTIONS = {"item", "this", "serial", "inventory_hostname", "loop", "omit", "groups", "hostvars", "ansible_facts"}
_SAMPLE_LINE = re.compile(r"^#?([a-z][a-z0-9_]*):(?:\s|$)", re.M)

_SHORT = 60
Row = tuple[str, str, str]
"""Type, short default, place."""


def options(package: Package) -> dict[str, Row]:
    """Name to type, default and place; the place that decides in Ansible's order is the one told."""
    defaults: dict[str, tuple[Any, str]] = {}
    for pattern, variables in ((_ROLE_VARS, True), (_ROLE_DEFAULTS, False), (_DEFAULTS, False)):
        for path in package.below(*pattern):
            for name, value in _mapping(package.yaml(path)):
                defaults[name] = (None if variables else value, _place(path))
    kinds = Kinds({name: value for name, (value, _) in defaults.items()})
    rows = {name: (kinds.of(name), short(value), place) for name, (value, place) in defaults.items()}
    for name, place in (*_optional(package), *_sample(package)):
        rows.setdefault(name, (ANY, "", place))
    return dict(sorted(rows.items()))


def short(value: Any) -> str:
    """A default on a line: JSON, cut where it grows long; nothing for no default."""
    if value is None:
        return ""
    text = value if isinstance(value, str) else json.dumps(value, sort_keys=True)
    line = " ".join(text.split())
    return line if len(line) <= _SHORT else f"{line[: _SHORT - 1]}…"


def _mapping(value: Any) -> Iterator[tuple[str, Any]]:
    return iter(value.items() if isinstance(value, dict) else ())


def _place(path: str) -> str:
    parts = path.removeprefix("ansible/").removesuffix(".yml").split("/")
    return "/".join(parts[:3] if parts[0] == "roles" else parts)


def _optional(package: Package) -> Iterator[tuple[str, str]]:
    """What tasks and templates read if it is there: variables that have no default of their own."""
    texts = {path: package.text(path) for path in package.below(*_READERS)}
    own = _NOT_OPTIONS | {name for text in texts.values() for name in _own(text)}
    for path, text in texts.items():
        for name in _OPTIONAL.findall(text):
            if name not in own and not name.startswith(("_", "ansible_")):
                parts = path.removeprefix("ansible/").split("/")
                yield name, f"read in {'/'.join(parts[:2])}"


def _own(text: str) -> Iterator[str]:
    for pattern in _OWN:
        for match in pattern.finditer(text):
            for group in match.groups(default=""):
                yield from re.findall(r"\w+", group)
    for match in _FACTS.finditer(text):
        yield from re.findall(r"^\s+(\w+):", match[2], re.M)


def _sample(package: Package) -> Iterator[tuple[str, str]]:
    """What the sample globals.yml shows and nothing else has."""
    return ((name, "etc/kolla/globals.yml") for name in _SAMPLE_LINE.findall(package.text(_SAMPLE)))
