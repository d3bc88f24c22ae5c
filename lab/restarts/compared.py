"""The plan of a change and the containers that were started by it: equal, or in what they differ. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

Container = tuple[str, str]
"""Host, name."""
FOLDERS = {"openvswitch-db-server": "openvswitch_db"}
"""Containers that are not called like their folder below /etc/kolla."""


@dataclass(frozen=True)
class Round:
    """Options that were changed together."""

    options: tuple[str, ...]
    planned: frozenset[Container]
    started: frozenset[Container]
    seconds: float
    """Of the `up`, from the first line to the last."""

    @property
    def wrong(self) -> list[str]:
        """What the plan said and what happened, where they differ; a line each."""
        return [
            *(
                f"{name} on {host}: planned, and not started"
                for host, name in sorted(self.planned - self.started)
            ),
            *(
                f"{name} on {host}: started, and not planned"
                for host, name in sorted(self.started - self.planned)
            ),
        ]


def planned(document: Mapping[str, Any]) -> frozenset[Container]:
    """The containers that a plan starts: those of its rows, of which a leftover is none.

    Args:
        document: kolla-run's plan, as JSON.
    """
    return frozenset(
        (host, FOLDERS.get(row["service"], row["service"].replace("-", "_")))
        for row in document["rows"]
        if row["verb"] != "leftover"
        for host in row["hosts"]
    )


def started(before: Mapping[Container, str], after: Mapping[Container, str]) -> frozenset[Container]:
    """The containers that have another start time than they had, or had none."""
    return frozenset(one for one, time in after.items() if before.get(one) != time)


def names(fragment: Mapping[str, Any]) -> list[str]:
    """The options of a part of `cloud:kolla`, each as its path: `globals.glance_logging_debug`."""
    return [f"{section}.{name}" for section, options in fragment.items() for name in options]


HEADER = ("Options", "Containers started", "as planned", "Seconds of `up`")


def table(rounds: Iterable[Round]) -> str:
    """Markdown."""
    rows = [HEADER, tuple("---" for _ in HEADER)]
    for one in rounds:
        right = len(one.planned & one.started)
        said = f"{right} of {len(one.planned | one.started)}"
        rows.append((", ".join(one.options), str(len(one.started)), said, f"{one.seconds:.0f}"))
    return "".join(f"| {' | '.join(cells)} |\n" for cells in rows)
