"""A field that owns an option can say what the option can be; else the option would be refused everywhere.

Proven for every option that a field owns, in every release, by giving each field values (expressible.py) and looking
at what comes out. `expressible.yaml` lists, with reasons, the options that a field settles.
"""

from __future__ import annotations

from functools import cache
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

import pytest

from config.cloud import CloudConfig
from config.kolla.values import truth
from config.model.shape import alternatives, field_at, is_model
from config.release_map import known
from config.release_map.options import options
from config.stack_file.yaml_file import read_yaml
from tests.unit.config.expressible import FREE, Reach, reached

_FILE: dict[str, Any] = read_yaml(Path(__file__).with_name("expressible.yaml")).value
SETTLED: dict[str, str] = _FILE["settled"]
CHOICES: dict[str, dict[str, str]] = _FILE["choices"]


def _kinds(annotation: Any) -> set[str]:
    """What a field of this type, or a part of it, can say, in the words of option types."""
    found = set()
    for kind in alternatives(annotation):
        parts: list[Any] = []
        if is_model(kind):
            found.add("dict")
            parts = [info.annotation for info in kind.model_fields.values()]
        elif get_origin(kind) in (tuple, dict):
            found.add("list" if get_origin(kind) is tuple else "dict")
            parts = [part for part in get_args(kind) if part is not Ellipsis]
        elif kind is Any:
            found |= {"str", "int", "list", "dict"}
        elif get_origin(kind) is not Literal:
            found.add("str" if issubclass(kind, str | Path | IPv4Address) else kind.__name__)
        found |= {one for part in parts for one in _kinds(part)}
    return found


def _lacks(series: str, name: str, reach: Reach) -> str:
    """What the owner of an option cannot say; empty: it can say all."""
    if FREE in reach.values:
        return ""
    if len({*map(str, reach.by_owner)}) < 2:
        return "changes nothing"
    kind, default = options(series)[name].type, options(series)[name].default
    said = _kinds(field_at(CloudConfig, tuple(reach.owner.split(".")))[0])
    wanted: set[Any]
    if kind == "bool":
        wanted = {True, False} - {truth(value) for value in reach.by_owner}
    elif name in CHOICES:
        accepted = {
            choice for choice, only in CHOICES[name].items() if only == "all" or series in only.split(",")
        }
        wanted = accepted - {part for value in reach.by_owner for part in str(value).split(",")}
    elif kind == "any" and "ansible_facts" in default:
        wanted = {"str", "int"} - said  # a number that depends on the host; so does what a site writes
    else:
        wanted = {"str" if kind == "any" else kind} - said
    return f"never {', '.join(sorted(map(str, wanted)))}" if wanted else ""


@cache
def _lacking(series: str) -> dict[str, str]:
    """What owners cannot say, by option."""
    found = {name: (reach.owner, _lacks(series, name, reach)) for name, reach in reached(series).items()}
    return {name: f"cloud:{owner}: {lacks}" for name, (owner, lacks) in found.items() if lacks}


@pytest.mark.parametrize("series", known())
def test_a_field_can_say_what_its_option_can(series: str) -> None:
    assert not {name: lacks for name, lacks in _lacking(series).items() if name not in SETTLED}


def test_what_is_settled_would_not_pass_without_its_reason() -> None:
    left = set(SETTLED)
    for series in reversed(known()):
        if left:
            left -= set(_lacking(series))
    assert not left
