"""What of the fields the configuration's own checks take, so that no second judgement exists of what can be said."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator
from pathlib import Path

from config.cloud import CloudConfig
from config.load import load_mapping
from config.model.errors import ConfigErrors, Loc, Problem, rests_on
from config.model.shape import field_at
from ops.adopt.folder import Folder
from ops.adopt.remark import Remark
from ops.adopt.search import applied, current
from ops.new.draft import Fields

_SECTIONS = {"globals": 3, "overrides": 3, "hostVars": 4}
"""Sections below `kolla` of which single entries may be left out, with the length of an entry's place."""
_KEYS: Loc = ("ceph", "external", "keys")


def accepted(fields: Fields, folder: Folder, root: Path) -> tuple[Fields, list[Remark]]:
    """The fields without the entries that the checks refuse, and those entries."""
    fields = copy.deepcopy(fields)
    left_out: list[Remark] = []
    while True:
        problems = _primary(_problems(fields, root))
        entries = {entry: problem for problem in problems if (entry := _entry(fields, problem.loc))}
        if not entries:
            idle = _idle(fields, problems, root)
            remarks = [
                Remark(one.path, one.value or "", f"{one.reason}, so it was left out", one.fix)
                for one in idle
            ]
            return applied(fields, dict.fromkeys((one.loc for one in idle), None)), [*left_out, *remarks]
        for entry, problem in entries.items():
            fields = applied(fields, {entry: None})
            left_out.append(_refused(entry, problem, folder))


def _idle(fields: Fields, problems: list[Problem], root: Path) -> list[Problem]:
    """Problems with fields that nothing needs: without one of them, and so without a value, there are fewer problems."""
    found = []
    for problem in problems:
        _, info = field_at(CloudConfig, problem.loc)
        if problem.loc[0] == "kolla" and info is not None and info.default is None:
            there = current(fields, problem.loc) is not None
            if there and len(_primary(_problems(applied(fields, {problem.loc: None}), root))) < len(problems):
                found.append(problem)
    return found


def left_to_do(fields: Fields, root: Path) -> list[Remark]:
    """What the checks still find wrong: what has to be added by hand."""
    return [
        Remark(one.path, one.value or "", one.reason, one.fix)
        for one in _primary(_problems(fields, root))
        if one.loc[: len(_KEYS)] != _KEYS  # each key is reported by itself
    ]


def _primary(problems: Iterable[Problem]) -> list[Problem]:
    """The problems that do not come of an address or a subnet that is missing only."""
    found = list(problems)
    lacking = [one.loc for one in found if one.value is None and one.loc[0] in ("hosts", "networks")]
    return [one for one in found if one.loc in lacking or not any(rests_on(one, loc) for loc in lacking)]


def _problems(fields: Fields, root: Path) -> Iterator[Problem]:
    try:
        load_mapping(fields, "the stack file", root, require_host_keys=False)
    except ConfigErrors as errors:
        yield from errors.problems


def _entry(fields: Fields, loc: Loc) -> Loc | None:
    length = _SECTIONS.get(str(loc[1]), 0) if len(loc) > 2 and loc[0] == "kolla" else 0
    if not length:
        return None
    entry = loc[:length]
    return entry if current(fields, entry) is not None else None


def _refused(entry: Loc, problem: Problem, folder: Folder) -> Remark:
    match entry[1:]:
        case ("globals", name):
            where = f"{folder.places.get(str(name), 'inventory')}: {name}"
        case ("overrides", path):
            where = f"config/{path}"
        case _:
            where = f"inventory: {': '.join(map(str, entry[2:]))}"
    return Remark(where, problem.value or "", problem.reason, problem.fix)
