"""The fields whose rows yield the options of a cloud: found by trying, not by a table.

Every row of a service names its field. Where a row's option comes to something else than in the cloud, values that
its field may have are tried, and the one that leaves the fewest differences is kept, until none gets better.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

from config.cloud import CloudConfig
from config.kolla.variables import Variable, variables
from config.model.errors import Loc
from config.model.shape import alternatives, field_at, inner, is_model, values_at
from config.release_map.data_file import option_rows
from config.stack_file.structure import parse
from ops.adopt.composed import COMPOSED, Change
from ops.adopt.effect import Effect
from ops.new.draft import Fields

_SETTLED = ("networks", "hosts", "releases", "ceph")
"""Sections that are read off the folder before."""
_SWITCH = 100


class Search:
    """The state of one search."""

    def __init__(self, series: str, options: Mapping[str, Any], root: Path) -> None:
        self._series = series
        self._options = options
        self._root = root
        self.want = Effect(series, options)

    def settle(self, fields: Fields) -> Fields:
        """The fields with those set that bring the options about as far as fields can."""
        left = self.differing(fields)
        better = True
        while better:
            better = False
            for row in left.values():
                trials = (applied(fields, change) for change in self._changes(fields, row))
                judged = [
                    (_weight(found), trial, found)
                    for trial in trials
                    if (found := self._judged(trial)) is not None
                ]
                best = min(judged, key=lambda one: one[0], default=None)
                if best is not None and best[0] < _weight(left):
                    _, fields, left = best
                    better = True
                    break
        return fields

    def differing(self, fields: Fields) -> dict[str, Variable]:
        """The options that a field owns and that come to something else than wanted, with their rows."""
        cloud, _, _ = parse(fields, self._root)
        return self._compared(cloud)

    def _judged(self, fields: Fields) -> dict[str, Variable] | None:
        """The same; None for values that the fields cannot have."""
        cloud, problems, _ = parse(fields, self._root)
        return None if problems else self._compared(cloud)

    def _compared(self, cloud: CloudConfig) -> dict[str, Variable]:
        rows = {row.name: row for row in variables(cloud)}
        free = {name: value for name, value in self._options.items() if name not in rows}
        have = Effect(
            self._series, {**free, **{n: row.value for n, row in rows.items() if row.value is not None}}
        )
        return {name: row for name, row in rows.items() if have.of(name) != self.want.of(name)}

    def _changes(self, fields: Fields, row: Variable) -> Iterator[Change]:
        """What may be tried for a row."""
        loc: Loc = tuple(row.field.split("."))
        if loc[0] in _SETTLED:
            return
        raw = self._options.get(row.name, option_rows(self._series).get(row.name, ("", "", ""))[1])
        wanted = [self.want.of(row.name), raw]
        yield {loc: None}
        if row.name in COMPOSED:
            yield COMPOSED[row.name](self.want)
        kind, _ = field_at(CloudConfig, loc)
        cloud, _, _ = parse(fields, self._root)
        now = next((value for _, value in values_at(cloud, loc)), None)
        for one in alternatives(kind):
            for value in _values(one, wanted, now):
                yield {loc: value}


def _weight(differing: Mapping[str, Variable]) -> int:
    """How much is left. A switch outweighs what its service sets besides, or nothing would be worth switching on."""
    return sum(_SWITCH if row.field.endswith(".enabled") else 1 for row in differing.values())


def applied(fields: Fields, change: Change) -> Fields:
    """The fields with a change; the original stays."""
    found = copy.deepcopy(fields)
    for loc, value in change.items():
        here = found
        for step in loc[:-1]:
            here = here.setdefault(str(step), {})
        if value is None:
            here.pop(str(loc[-1]), None)
        else:
            here[str(loc[-1])] = value
    return found


def current(fields: Fields, loc: Loc) -> Any:
    """What is at a place; None: nothing."""
    here: Any = fields
    for step in loc:
        here = here.get(step) if isinstance(here, dict) else None
    return here


def _values(kind: Any, wanted: list[Any], now: Any) -> Iterator[Any]:
    """Values of a kind that may come to what is wanted."""
    if kind is bool:
        yield from (True, False)
    elif get_origin(kind) is Literal:
        yield from get_args(kind)
    elif get_origin(kind) is tuple:
        yield from _lists(inner(kind), wanted, now)
    elif kind is int:
        yield from (int(number[0]) for want in wanted if (number := re.match(r"\d+", str(want))))
    elif get_origin(kind) is dict:
        yield from (want for want in wanted if isinstance(want, dict))
    elif not is_model(kind):
        yield from (str(want) for want in wanted if want not in (None, ""))


def _lists(item: Any, wanted: list[Any], now: Any) -> Iterator[list[Any]]:
    for want in wanted:
        items = want if isinstance(want, list) else str(want).split(",")
        yield [one if isinstance(one, dict) else str(one).strip() for one in items]
    if get_origin(item) is Literal:
        have = list(now or ())
        for one in get_args(item):
            yield [one]
            yield [other for other in have if other != one] if one in have else [*have, one]
