"""What each option that a field owns can be made to be: every field is given each value that tells, one at a time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

from pydantic import ValidationError

from config.cloud import CloudConfig
from config.kolla.values import UnknownValueError, Values
from config.kolla.variables import effective, variables
from config.model.shape import alternatives, inner, is_model, places
from config.stack_file.yaml_file import read_yaml
from tests.unit.config.support import ROOT, fields

_FILE: dict[str, Any] = read_yaml(Path(__file__).with_name("expressible.yaml")).value
_TEXTS = (
    "one",
    "two",
    "one.example.com",
    "two.example.com",
    "10.10.10.98",
    "10.10.10.99",
    "{{ one }}",
    "10d",
)
"""Texts, of which at least two fit any field of text."""
_NUMBERS = (2, 7, 60, 90)


FREE = "(free for `kolla.globals`)"
"""What an option is that no field owns, because of what another field says."""


@dataclass
class Reach:
    """What became of one option."""

    owner: str
    """The field that owns it."""
    values: list[Any]
    """Every value that it had."""
    by_owner: list[Any]
    """Those that the owner, or a field below it, gave it; the first: as the base has it."""


@cache
def reached(series: str) -> dict[str, Reach]:
    """What every owned option of a release can be, from a cloud with everything switched on."""
    found: dict[str, Reach] = {}
    base = everything(series)
    for name, (owner, value) in _options(series, base, ""):
        found[name] = Reach(owner, [value], [value])
    for place, value in _changes():
        options = dict(_options(series, base, place, value))
        if not options:
            continue
        for name in {**found, **options}:
            owner, written = options.get(name, ("", FREE))
            one = found.setdefault(name, Reach(owner, [FREE], [FREE]))
            one.values.append(written)
            if place == one.owner or place.startswith(f"{one.owner}."):
                one.by_owner.append(written)
    return found


def everything(series: str) -> dict[str, Any]:
    """Changes to Pulumi.prod.yaml, by path, that switch everything on."""
    return {"releases.openstack": series, "releases.hostOs": "debian-12", **_FILE["base"]}


def _options(
    series: str, base: dict[str, Any], place: str, value: Any = None
) -> Iterator[tuple[str, tuple[str, Any]]]:
    """Each option's owner and value where one field differs; nothing if the field does not take the value."""
    raw = fields("prod", base)
    if place:
        _set(raw, place.split("."), value)
    try:
        cloud = CloudConfig.model_validate(raw, by_alias=True, by_name=False, context={"root": ROOT})
    except ValidationError:
        assert place
        return
    known = Values(series, effective(cloud))
    for row in variables(cloud):
        yield row.name, (row.field, row.value if row.value is not None else _default(known, row.name))


def _set(raw: dict[str, Any], steps: list[str], value: Any) -> None:
    for step in steps[:-1]:
        raw = raw.setdefault(step, {})
    raw[steps[-1]] = value


def _default(known: Values, name: str) -> Any:
    """What the release makes of an option that is not written."""
    try:
        return known.get(name)
    except UnknownValueError as error:
        return f"({error.why})"


def _changes() -> Iterator[tuple[str, Any]]:
    for loc, info in places(CloudConfig):
        place = ".".join(map(str, loc))
        if loc[0] in ("networks", "ceph", "kolla", "region", "virtualRouterId") and "*" not in loc:
            for value in [None, *_FILE["samples"].get(place, _values(info.annotation))]:
                yield place, value


def _values(annotation: Any) -> list[Any]:
    """Values that a type may take, more than one wherever it takes more than one."""
    found: list[Any] = []
    for kind in alternatives(annotation):
        if kind is bool:
            found += [True, False]
        elif kind is int:
            found += _NUMBERS
        elif get_origin(kind) is Literal:
            found += get_args(kind)
        elif get_origin(kind) is tuple:
            items = _values(inner(kind))
            found += [[], *([item] for item in items), items]
        elif not is_model(kind) and get_origin(kind) is not dict:
            found += _TEXTS
    return found
