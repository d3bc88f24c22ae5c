"""The options (Ansible variables) of a release, and what is wrong with values for them."""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from types import MappingProxyType
from typing import Any

from config.release_map import known
from config.release_map.data_file import data, option_rows
from config.release_map.removed import removal
from config.release_map.values import mismatch

_ANSIBLE_OWN = ("ansible_",)
"""Ansible's own variables, legal everywhere."""


_ALIKE = 0.65
"""How like each other the words that differ are in a misspelt name; 1: the same."""
_UNSET = "KOLLA_UNSET"
_SYSCTL = re.compile(r"_host_ipv[46]_")
"""Kernel parameters, which Kolla-Ansible leaves alone where they are `KOLLA_UNSET`."""


@dataclass(frozen=True)
class Option:
    """A variable that a release reads and a site may set."""

    name: str
    type: str
    """bool, int, float, str, list, dict; any where the release does not decide."""
    default: str
    """As kolla-ansible writes it, shortened; empty for none."""
    source: str
    """Where it is defined or read, below the package's `ansible/`."""


@dataclass(frozen=True)
class OptionProblem:
    """What is wrong with one option."""

    name: str
    value: Any = field(repr=False)  # it may be a password that is in the wrong place
    reason: str
    fix: str

    def __str__(self) -> str:
        return f"{self.name}: {self.reason}; {self.fix}"


@cache
def options(series: str) -> Mapping[str, Option]:
    """Every option of the release by name. Raises KeyError for an unknown release."""
    return MappingProxyType({name: Option(name, *row) for name, row in option_rows(series).items()})


def problems(series: str, values: Mapping[str, Any], prefix: str) -> list[OptionProblem]:
    """What is wrong with options for a release, in their order; `prefix` is where they stand, for the fixes.

    Raises KeyError for an unknown release.
    """
    found = []
    for name, value in values.items():
        reason, fix = _verdict(series, name, value, prefix)
        if reason:
            found.append(OptionProblem(name, value, reason, fix))
    return found


def since(series: str, name: str) -> str | None:
    """The first release after this one that has the option; None when none has."""
    return next((later for later in known() if later > series and name in option_rows(later)), None)


def until(series: str, name: str) -> str | None:
    """The release before this one that took the option away; None when no earlier one had it."""
    earlier = [other for other in known() if other < series and name in option_rows(other)]
    return next(other for other in known() if other > earlier[-1]) if earlier else None


def similar(series: str, name: str) -> list[str]:
    """Names that this one may be a misspelling of, the likeliest first; some may be of options that are gone."""
    names = option_rows(series)
    squeezed = name.lower().replace("-", "_")
    if squeezed in names:
        return [squeezed]
    # Comparing with thousands takes a second; a slip keeps the length and the letters nearly as they are.
    near = [other for other in names if abs(len(other) - len(name)) <= 3 and _letters_apart(name, other) <= 4]
    close = difflib.get_close_matches(name, near, n=3, cutoff=0.8)
    return [other for other in close if _alike(name, other)]


def _alike(one: str, other: str) -> bool:
    """Whether names are alike in the words that differ; `enable_osg` is not like `enable_ovn`."""
    words, others = one.split("_"), other.split("_")
    for end in (0, -1):
        while words and others and words[end] == others[end]:
            words.pop(end)
            others.pop(end)
    return difflib.SequenceMatcher(None, "_".join(words), "_".join(others)).ratio() >= _ALIKE


def _verdict(series: str, name: str, value: Any, prefix: str) -> tuple[str, str]:
    """Reason and fix; empty for what is right."""
    gone = removal(series, name, exact=True)
    if gone is None and name not in option_rows(series):
        gone = removal(series, name)
    if gone is not None:
        when = "before 2024.1" if gone.since == "earlier" else f"by {gone.since}"
        return f"{gone.why} ({'renamed' if gone.renamed_to else 'removed'} {when})", gone.use
    if name in data(series)["passwords"]:
        reason = "is one of the passwords, which are kept as one secret and never among the options"
        return reason, f"remove it from `{prefix}`"
    if name.startswith(_ANSIBLE_OWN):
        return "", ""
    if name not in option_rows(series):
        return _unknown(series, name, prefix)
    if value == _UNSET and _SYSCTL.search(name):
        return "", ""
    return mismatch(option_rows(series)[name][0], value)


def _unknown(series: str, name: str, prefix: str) -> tuple[str, str]:
    gone, later = until(series, name), since(series, name)
    if gone is not None:
        return f"was removed by {gone}", f"remove it from `{prefix}`"
    if later is not None:
        return f"exists since {later} only, not yet in {series}", f"remove it, or upgrade to {later} first"
    reason = f"kolla-ansible {series} reads no such option"
    spelt = similar(series, name)
    near = [other for other in spelt or _like_words(name, option_rows(series)) if _taken(series, other)]
    if near:
        return reason, f"did you mean {_or(near)}?"
    meant = next((found for other in spelt if (found := removal(series, other, exact=True))), None)
    if meant is not None:
        return f"{reason}, and `{meant.pattern}` is gone: {meant.why}", meant.use
    return reason, f"remove it from `{prefix}`, or correct its name"


def _taken(series: str, name: str) -> bool:
    """Whether a site may set the option in this release, as far as the release decides."""
    return removal(series, name, exact=True) is None and name not in data(series)["passwords"]


def _letters_apart(one: str, other: str) -> int:
    here, there = _letters(one), _letters(other)
    return sum(abs(here.get(letter, 0) - there.get(letter, 0)) for letter in here.keys() | there.keys())


@cache
def _letters(name: str) -> dict[str, int]:
    return Counter(name)


def _like_words(name: str, names: Iterable[str]) -> list[str]:
    """Names of the same words in another order or number, or with one word more or less; nearest first."""
    words = _words(name)
    found = []
    for other in names:
        apart = len(words ^ _words(other))
        if apart <= (1 if len(words) > 2 else 0):
            found.append((apart, len(other), other))
    return [other for _, _, other in sorted(found)[:3]]


@cache
def _words(name: str) -> frozenset[str]:
    return frozenset(word.lower().rstrip("ds") for word in re.split(r"[_-]", name))


def _or(names: list[str]) -> str:
    return " or ".join(f"`{name}`" for name in names)
