"""Does the stack file have the right shape? pydantic's answer, in an operator's words."""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from config.cloud import CloudConfig
from config.model.errors import Loc, Problem, UnfitError, dotted, printable
from config.model.secrets import secret_of, without_login
from config.model.shape import field_at, holds_secret, is_model, kind_words, names_in, places
from config.model.texts.form import FORM_WORDS
from config.stack_file.findings import NO_FORM, Finding, findings

_STAND_INS: dict[str, Any] = {
    "name": "x",
    "domain": "x.test",
    "releases": {"hostOs": "debian-12"},
    "networks": {"management": {"interface": "lo"}},
    "nicProfiles": {"default": {}},
    "hosts": {"x": {"roles": ["deploy"], "addresses": {}}},
    "ssh": {"key": {}, "deployKey": {}},
    "time": {"servers": ["x"]},
}
"""What takes the place of a required field that is missing or unusable, so that cross-checks can run.

What a cross-check says about such a place is dropped, because the place is in the report already.
"""
_ROUNDS = 24
"""How often wrong parts are taken out at most. A part that is gone may leave another one wrong, two rounds a level.

Each round cuts no deeper than rounds are left. So the last ones take whole sections, and whatever pydantic reports,
the loop ends.
"""


def parse(raw: Mapping[str, Any], root: Path) -> tuple[CloudConfig, list[Problem], set[Loc]]:
    """Turn camelCase fields into a cloud.

    Args:
        raw: the fields of `CloudConfig` as the stack file has them.
        root: folder that relative file names start from.

    Returns:
        The cloud, its structural problems, and the places that were taken out. With problems, the
        cloud is what is left when every wrong part is taken out: good for cross-checks only.
    """
    problems: list[Problem] = []
    taken: set[Loc] = set()
    pruned: Any = raw
    for deepest in range(_ROUNDS, 0, -1):
        try:
            cloud = _validated(pruned, root)
        except ValidationError as error:
            found = findings(CloudConfig, error.errors(include_url=False))
        else:
            return cloud, problems, taken
        if not problems:
            problems = [_problem(one) for one in found if not _follows(one, found)]
            taken = {problem.loc for problem in problems}
            pruned = copy.deepcopy(dict(raw))
        # From the back, so that taking an item out of a list moves none of those still to be taken out.
        for one in sorted(found, key=lambda item: [str(step).zfill(9) for step in item.loc], reverse=True):
            taken.add(_cut(pruned, one, deepest))
    return _validated(_STAND_INS, root), problems, taken | {(name,) for name in names_in(CloudConfig)}


def _validated(raw: Any, root: Path) -> CloudConfig:
    # As JSON and strictly: a number is no truth value, an address no number, and text in quotes is no number either.
    text = json.dumps(raw)
    return CloudConfig.model_validate_json(
        text, strict=True, by_alias=True, by_name=False, context={"root": root}
    )


def _follows(one: Finding, found: list[Finding]) -> bool:
    """Whether a list is too short only because its entries are wrong."""
    below = (other.loc for other in found if len(other.loc) > len(one.loc))
    return one.detail["type"] == "too_short" and any(other[: len(one.loc)] == one.loc for other in below)


def _cut(raw: dict[str, Any], one: Finding, deepest: int) -> Loc:
    """Take the wrong part out; for a missing part, what it is missing from. Returns what was taken out.

    Never cuts below the level `deepest`; a required section is replaced instead.
    """
    missing = one.detail["type"] == "missing" and len(one.loc) > 1
    loc = one.loc[:-1] if missing else one.loc
    loc = loc[:deepest]
    if not loc:
        return loc
    if len(loc) == 1 and loc[0] in _STAND_INS:
        raw[str(loc[0])] = copy.deepcopy(_STAND_INS[str(loc[0])])
        return loc
    parent: Any = raw
    for step in loc[:-1]:
        try:
            parent = parent[step]
        except (KeyError, IndexError, TypeError):
            return loc  # it went with something above it
    if isinstance(parent, dict):
        parent.pop(loc[-1], None)
    elif isinstance(parent, list) and isinstance(loc[-1], int) and loc[-1] < len(parent):
        del parent[loc[-1]]
    return loc


def _problem(one: Finding) -> Problem:
    loc, detail = one.loc, one.detail
    kind, field = field_at(CloudConfig, loc)
    if one.of_key:
        reason, fix = _wrong_key(detail)
        return Problem(loc, reason, fix)
    if detail["type"] == "extra_forbidden":
        return Problem(loc, "there is no such key", _unknown(loc))
    if detail["type"] == "missing":
        return Problem(loc, "is required and missing", _missing(loc, kind, field))
    value = None if holds_secret(kind) else show(detail["input"])
    reason, fix = _wrong_value(detail, kind)
    return Problem(loc, reason, fix, value)


def show(value: Any) -> str:
    """A value for the report: short, on one line, never key material."""
    if isinstance(value, bool | type(None)):
        return {True: "true", False: "false", None: "nothing"}[value]
    if isinstance(value, dict | list | tuple):
        return "a mapping" if isinstance(value, dict) else "a list"
    text = without_login(" ".join(str(value).split()))
    if secret := secret_of(text):
        return secret
    return printable(text if len(text) <= 60 else f"{text[:57]}…")


def _unknown(loc: Loc) -> str:
    """Where the writer of a key that does not exist may have wanted to go."""
    key, parent = str(loc[-1]), field_at(CloudConfig, loc[:-1])[0]
    known = names_in(parent) if is_model(parent) else []
    folded = {name.lower(): name for name in known}
    squeezed = key.lower().replace("_", "").replace("-", "")
    elsewhere = [dotted(place).replace('["*"]', ".*") for place, _ in places(CloudConfig) if place[-1] == key]
    close = [folded[near] for near in get_close_matches(squeezed, list(folded), n=1, cutoff=0.7)]
    if close and (squeezed in folded or not elsewhere):
        return f"did you mean `{close[0]}`?"
    if elsewhere:
        return f"it belongs at {' or '.join(elsewhere)}"
    return f"remove it; known here: {', '.join(known)}"


def _missing(loc: Loc, kind: Any, field: FieldInfo | None) -> str:
    meaning = (field.description if field else None) or kind_words(kind)
    return f"add `{loc[-1]}`: {meaning.splitlines()[0]}"


def _wrong_key(detail: ErrorDetails) -> tuple[str, str]:
    context = detail.get("ctx", {})
    if detail["type"] == "literal_error":
        return "there is no such name", _choice(str(detail["input"]), str(context["expected"]))
    return "cannot be a name here", FORM_WORDS.get(str(context.get("pattern")), detail["msg"])


def _wrong_value(detail: ErrorDetails, kind: Any) -> tuple[str, str]:
    """Reason and fix for a value that is there and wrong."""
    context = detail.get("ctx", {})
    type_ = detail["type"]
    if detail["input"] is None:
        return f"is empty; it has to be {kind_words(kind)}", "give it a value, or remove the key"
    match type_:
        case "literal_error":
            expected = str(context["expected"])
            return f"has to be {expected}", _choice(str(detail["input"]), expected)
        case "string_pattern_mismatch":
            return "is not well formed", FORM_WORDS.get(str(context["pattern"]), detail["msg"])
        case "too_short":
            return "has too few entries", f"give at least {context['min_length']}"
        case "too_long":
            return "has too many entries", f"give at most {context['max_length']}"
        case "value_error":
            error = context["error"]
            return (error.reason, error.fix) if isinstance(error, UnfitError) else (str(error), "correct it")
        case "string_too_long":
            return "is too long", f"use at most {context['max_length']} characters"
        case _ if type_ == NO_FORM:
            return "has none of the forms that it may have", f"write {kind_words(kind)}"
        case _ if bounds := _bounds(context):
            return "is out of bounds", f"use a number {bounds}"
        case _:
            quotes = ", in quotes" if kind_words(kind) == "text" and isinstance(detail["input"], bool) else ""
            return f"is of the wrong kind: {_is(detail['input'])}", f"write {kind_words(kind)}{quotes}"


def _is(value: Any) -> str:
    kinds: tuple[tuple[Any, str], ...] = (
        (bool, "true or false"),
        (int | float, "a number"),
        (dict, "a mapping"),
        (list | tuple, "a list"),
    )
    return next((words for kind, words in kinds if isinstance(value, kind)), "text")


def _bounds(context: Mapping[str, Any]) -> str:
    words = {"ge": "of at least", "gt": "above", "le": "of at most", "lt": "below"}
    return " and ".join(f"{words[key]} {context[key]}" for key in words if key in context)


def _choice(wrong: str, expected: str) -> str:
    """Name the likely one of pydantic's `'a', 'b' or 'c'`, else all."""
    choices = [part.strip("' ") for part in expected.replace(" or ", ", ").split(",")]
    close = get_close_matches(wrong, choices, n=1, cutoff=0.6)
    return f"did you mean `{close[0]}`?" if close else f"use one of: {', '.join(choices)}"
