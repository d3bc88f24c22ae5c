"""What a fault cost, in the figures of OpenStack's performance-docs: failed calls, time until all is as before, lost writes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Call:
    """One call of an API."""

    started: float
    """Seconds, of a clock that only goes on."""
    failed: str = ""
    """Why; empty: it was served."""


@dataclass(frozen=True)
class Writes:
    """Objects that were asked for, by name: those that the API acknowledged, and those that are there afterwards."""

    acknowledged: frozenset[str]
    there: tuple[str, ...]

    @property
    def lost(self) -> list[str]:
        """Acknowledged, and not there."""
        return sorted(self.acknowledged - set(self.there))

    @property
    def doubled(self) -> list[str]:
        """There more than once, though asked for once."""
        return sorted(name for name, count in Counter(self.there).items() if count > 1)


@dataclass(frozen=True)
class Figures:
    """What one fault cost."""

    fault: str
    struck: str
    """What it hit."""
    failed: Mapping[str, float]
    """Seconds of failed calls by API; only those that failed."""
    whole: float
    """Seconds until all was as before, from the moment when the fault was over."""
    writes: Mapping[str, Writes]
    """By kind of object."""
    why: Mapping[str, str] = field(default_factory=dict)
    """The first failed call's reason by API."""

    @property
    def longest(self) -> float:
        """Seconds of failed calls of the API that failed longest."""
        return max(self.failed.values(), default=0.0)

    @property
    def wrong(self) -> list[str]:
        """Acknowledged writes that are not there once; a line each."""
        return [
            f"{kind} {name}: {what}"
            for kind, writes in self.writes.items()
            for what, names in (("acknowledged and lost", writes.lost), ("there twice", writes.doubled))
            for name in names
        ]


def failed_seconds(calls: Iterable[Call]) -> float:
    """Seconds in which calls failed: each stretch from its first failed call to the first that was served after it.

    A stretch that no served call ends lasts to its last call.
    """
    total, began, last = 0.0, None, 0.0
    for call in sorted(calls, key=lambda one: one.started):
        if began is None:
            began = call.started if call.failed else None
        elif not call.failed:
            total += call.started - began
            began = None
        last = call.started
    return total if began is None else total + last - began


HEADER = ("Fault", "Struck", "Failed calls, s", "As before after, s", "Writes acknowledged", "lost", "twice")


def row(one: Figures) -> tuple[str, ...]:
    """A line of the table."""
    failed = ", ".join(f"{api} {seconds:.1f}" for api, seconds in sorted(one.failed.items(), key=_longest))
    kinds = one.writes.values()
    return (
        one.fault,
        one.struck,
        failed or "none",
        f"{one.whole:.0f}",
        str(sum(len(writes.acknowledged) for writes in kinds)),
        str(sum(len(writes.lost) for writes in kinds)),
        str(sum(len(writes.doubled) for writes in kinds)),
    )


def _longest(item: tuple[str, float]) -> float:
    return -item[1]


def table(all_of_them: Iterable[Figures]) -> str:
    """Markdown."""
    rows = [HEADER, tuple("---" for _ in HEADER), *(row(one) for one in all_of_them)]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in rows)
