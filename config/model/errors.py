"""What is wrong with a configuration, and how it is reported."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from config.model.secrets import without_login

Loc = tuple[str | int, ...]
"""A place in the configuration: camelCase keys and list positions, without the namespace."""

_PLAIN_KEY = re.compile(r"^[A-Za-z0-9_-]+$")


def dotted(loc: Loc) -> str:
    """The place as it is written for `pulumi config set --path`: `cloud:hosts.ctl02.roles[0]`."""
    text = ""
    for step in loc:
        if isinstance(step, int):
            text += f"[{step}]"
        elif _PLAIN_KEY.match(step):
            text += f".{step}" if text else step
        else:
            text += f'["{printable(step)}"]'
    return f"cloud:{text}"


def printable(text: str) -> str:
    """A text of a stack file for a report: one line, no control character for a terminal, no login of an address."""
    return "".join(
        sign if sign.isprintable() else sign.encode("unicode_escape").decode() for sign in without_login(text)
    )


@dataclass(frozen=True)
class Problem:
    """One mistake: where, the value there, why it is wrong, what to do."""

    loc: Loc
    reason: str
    fix: str
    value: str | None = None
    """The value there, fit to be shown; none: there is nothing, or it is a secret."""
    line: int | None = None
    needs: tuple[Loc, ...] = field(default=(), repr=False, compare=False)
    """Places that the verdict rests on (`*`: any key); it is dropped when one of them is itself wrong."""
    label: str | None = None
    """The place in other words, for what is not under `cloud:`."""
    absent: bool = field(default=False, repr=False, compare=False)
    """True: a key or secret is not there yet, which commands that log in nowhere can do without."""

    @property
    def path(self) -> str:
        """Where: the YAML path."""
        return self.label or dotted(self.loc)

    def __str__(self) -> str:
        where = self.path if self.line is None else f"{self.path} (line {self.line})"
        head = where if self.value is None else f"{where}: {self.value}"
        return f"{head}\n    {self.reason}\n    fix: {self.fix}"


def listed(names: list[str]) -> str:
    """A few names, and how many more."""
    return ", ".join(names) if len(names) <= 3 else f"{', '.join(names[:3])} and {len(names) - 3} more"


class UnfitError(ValueError):
    """Why a value does not fit its field, and what to do; raised by what checks one value alone."""

    def __init__(self, reason: str, fix: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.fix = fix


class ConfigErrors(Exception):  # noqa: N818  # the contract's name; it holds many
    """Everything that is wrong with one configuration; `str()` is the report."""

    def __init__(self, where: str, problems: Iterable[Problem]) -> None:
        self.where = where
        self.problems = tuple(sorted(set(problems), key=_order))
        super().__init__(where, self.problems)

    def __str__(self) -> str:
        count = len(self.problems)
        body = "\n\n".join(str(problem) for problem in self.problems)
        return f"{self.where} cannot be used:\n\n{body}\n\n{count} {'problem' if count == 1 else 'problems'}"


def _order(problem: Problem) -> tuple[object, ...]:
    """By place, list positions and numbers in names as numbers, then by reason."""
    words = re.split(r"(\d+)", problem.path)
    natural = tuple((1, int(word), "") if word.isdigit() else (0, 0, word) for word in words)
    return (natural, problem.reason)


def rests_on(problem: Problem, broken: Loc) -> bool:
    """Whether a cross-check's verdict is void because the place `broken` is wrong in itself."""
    at_or_above = broken == problem.loc[: len(broken)]
    return at_or_above or any(_touch(need, broken) for need in problem.needs)


def _touch(need: Loc, broken: Loc) -> bool:
    return all(want in ("*", have) for want, have in zip(need, broken, strict=False))
