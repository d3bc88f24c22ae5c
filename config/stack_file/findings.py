"""pydantic's errors, each at a place of the stack file: what it tells of each member of a union is put together.

For a union, pydantic reports once for each member, below a step that names the member (`constrained-int`). No such
step stands in a stack file, and one wrong value is one mistake.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from config.model.errors import Loc
from config.model.shape import alternatives, step_into

NO_KIND = "no_kind"
"""The value is of no kind that a union has."""
NO_FORM = "no_form"
"""The value is of a kind that the union has, or of several, and right for none."""
_KEY = "[key]"
_OTHER_KIND = ("_type", "_parsing", "literal_error")
"""Ends of the types of errors that say: this member of the union was not meant."""

_Step = str | int | None
_Rest = tuple[Loc, ErrorDetails]
"""The steps that are left below a place, and the error that they lead to."""


@dataclass(frozen=True)
class Finding:
    """One error."""

    loc: Loc
    """Its place, without the steps that name members of unions."""
    detail: ErrorDetails
    """pydantic's words; of the type NO_KIND or NO_FORM for a union that the value does not fit."""
    of_key: bool = False
    """Whether the last step itself is wrong: it is the key of a mapping."""


def findings(model: type[BaseModel], details: Sequence[ErrorDetails]) -> list[Finding]:
    """What is wrong with the fields of a model, in pydantic's order."""
    return list(_below(model, (), [(detail["loc"], detail) for detail in details]))


def _below(kind: Any, place: Loc, rests: list[_Rest]) -> Iterator[Finding]:
    """What is wrong at a place of some type and below it."""
    members, groups = alternatives(kind), _grouped(rests)
    if len(members) > 1 and None not in groups and _KEY not in groups:
        yield from _of_union(members, place, groups)
        return
    for step, group in groups.items():
        if step is None:
            yield from (Finding(place, detail) for _, detail in group)
        elif step == _KEY:
            yield Finding(place, group[0][1], of_key=True)  # a key of several types is wrong once
        else:
            yield from _below(step_into(members[0], step)[0], (*place, step), group)


def _of_union(members: list[Any], place: Loc, groups: dict[_Step, list[_Rest]]) -> Iterator[Finding]:
    meant = [at for at, group in enumerate(groups.values()) if not any(map(_says_other, group))]
    if len(meant) == 1 and len(groups) == len(members):
        yield from _below(members[meant[0]], place, list(groups.values())[meant[0]])
        return
    rests = [rest for group in groups.values() for rest in group]
    value = next((detail["input"] for steps, detail in rests if not steps), None)
    if value is None and (below := next((steps for steps, _ in rests if steps), None)):
        value = [] if isinstance(below[0], int) else {}
    yield Finding(place, {**rests[0][1], "type": NO_FORM if meant else NO_KIND, "input": value, "ctx": {}})


def _says_other(rest: _Rest) -> bool:
    """Whether an error says that this member of a union was not meant: the value is of another kind."""
    steps, detail = rest
    return not steps and detail["type"].endswith(_OTHER_KIND)


def _grouped(rests: list[_Rest]) -> dict[_Step, list[_Rest]]:
    """The errors by their next step, which is taken off, as steps first come; None: no step is left."""
    groups: dict[_Step, list[_Rest]] = {}
    for steps, detail in rests:
        groups.setdefault(steps[0] if steps else None, []).append((steps[1:], detail))
    return groups
