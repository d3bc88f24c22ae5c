"""What was found compared with what was wanted: one row for each certificate, and for each that is not as it should be. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from host_programs.contract.hostctl import FoundCertificates
from ops.access import HostError
from ops.certificates.ask import Answer
from ops.certificates.facts import Facts, facts
from ops.certificates.wanted import Wanted


class State(StrEnum):
    """How a certificate is."""

    GOOD = "good"
    LATE = "late"
    ENDED = "ended"
    EARLY = "not valid yet"
    MISSING = "missing"
    UNREADABLE = "cannot be read"
    DIFFERS = "not the one on disk"
    UNASKED = "not known"
    """A host could not be asked."""
    UNREAD = "not looked at"
    """Nobody looks at it here; the row says why."""


@dataclass
class Row:
    """One certificate, wherever it is; or a place without one."""

    state: State
    purpose: str
    renewed_by: str = ""
    breaks: str = ""
    facts: Facts | None = None
    days: int | None = None
    why: str = ""
    where: dict[str, list[str]] = field(default_factory=dict)
    """Its places by host."""


def rows(wanted: Sequence[Wanted], answers: Mapping[str, Answer], limit: int, now: datetime) -> list[Row]:
    """The table, what needs somebody first, then by days left.

    Args:
        wanted: the plan; a file belongs to the first that has it.
        answers: by host.
        limit: days; one that has fewer left is late.
        now: when.
    """
    table = _Table(answers, limit, now)
    for one in wanted:
        table.add(one)
    return sorted([*table.rows.values(), *_unasked(answers)], key=_order)


class _Table:
    def __init__(self, answers: Mapping[str, Answer], limit: int, now: datetime) -> None:
        self._answers = answers
        self._limit = limit
        self._now = now
        self._taken: set[tuple[str, str]] = set()
        self._leaves: dict[str, set[str]] = {}
        self.rows: dict[tuple[str, str], Row] = {}

    def add(self, one: Wanted) -> None:
        if one.unread:
            self._row(one, State.UNREAD, one.unread).where[""] = [one.place]
            return
        for host in one.hosts:
            answer = self._answers.get(host)
            if answer is None or isinstance(answer, HostError):
                continue
            found = [here for here in answer.get(one.place, ()) if (host, here["place"]) not in self._taken]
            if not found and one.expected:
                self._put(self._row(one, State.MISSING, f"there is no {one.place}"), host, one.place)
            for here in found:
                self._taken.add((host, here["place"]))
                self._found(one, host, here)

    def _found(self, one: Wanted, host: str, here: FoundCertificates) -> None:
        if here["error"]:
            # A server that need not be there does not answer.
            if one.expected or here["place"].startswith("/"):
                self._put(self._row(one, State.UNREADABLE, here["error"]), host, here["place"])
            return
        for position, der in enumerate(here["chain"]):
            try:
                known = facts(der)
            except ValueError as error:
                self._put(self._row(one, State.UNREADABLE, str(error)), host, here["place"])
                continue
            state, why = self._judged(one, known)
            if position == 0:
                self._leaves.setdefault(one.purpose, set()).add(known.sha256)
            self._put(self._row(one, state, why, known), host, here["place"])

    def _judged(self, one: Wanted, known: Facts) -> tuple[State, str]:
        days = known.days(self._now)
        if days < 0:
            return State.ENDED, ""
        if known.starts > self._now:
            return State.EARLY, f"it begins on {known.starts:%Y-%m-%d %H:%M} UTC"
        on_disk = self._leaves.get(one.like)
        if on_disk and known.sha256 not in on_disk:
            return (
                State.DIFFERS,
                "the server has not loaded the file that is now on its disk, or something else answers",
            )
        return (State.LATE if days < self._limit else State.GOOD), ""

    def _row(self, one: Wanted, state: State, why: str, known: Facts | None = None) -> Row:
        key = (one.purpose, known.sha256 if known else f"{state} {why}")
        days = known.days(self._now) if known else None
        return self.rows.setdefault(
            key, Row(state, one.purpose, one.renewed_by, one.breaks, known, days, why)
        )

    @staticmethod
    def _put(row: Row, host: str, place: str) -> None:
        places = row.where.setdefault(host, [])
        if place not in places:
            places.append(place)


def _unasked(answers: Mapping[str, Answer]) -> Iterator[Row]:
    for host, answer in answers.items():
        if isinstance(answer, HostError):
            why = f"{answer.kind}: {answer}"
            yield Row(State.UNASKED, f"all of {host}", why=why, where={host: []})


_FIRST = (State.UNASKED, State.MISSING, State.UNREADABLE)
"""What has no date, and needs somebody."""


def _order(row: Row) -> tuple[int, int, str]:
    if row.state in _FIRST:
        return _FIRST.index(row.state), 0, row.purpose
    return len(_FIRST) + (row.state is State.UNREAD), row.days or 0, row.purpose
