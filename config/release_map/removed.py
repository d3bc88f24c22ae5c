"""Options that a release took away or renamed, with what to use instead: `removed.yaml`."""

from __future__ import annotations

import fnmatch
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

_FILE = Path(__file__).with_name("removed.yaml")


@dataclass(frozen=True)
class Removal:
    """One entry: an option, or a family of them, that is gone."""

    pattern: str
    """Its name; `*` stands for any characters."""
    since: str
    """The release that has it no more; `earlier` for those before 2024.1."""
    why: str
    """What happened, as the end of a sentence that begins with the option."""
    use: str
    """What to do instead, an imperative."""
    renamed_to: str | None = None


@cache
def removals() -> tuple[Removal, ...]:
    """Every entry; exact names before families."""
    read = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    found = [
        Removal(pattern, since, row["why"], row["use"], row.get("renamedTo"))
        for since, rows in read.items()
        for row in rows
        for pattern in row["options"]
    ]
    return tuple(sorted(found, key=lambda entry: "*" in entry.pattern))


def removal(series: str, name: str, *, exact: bool = False) -> Removal | None:
    """Why the release has the option no more; None when nothing is known of it."""
    return next(
        (
            entry
            for entry in removals()
            if (entry.since == "earlier" or entry.since <= series)
            and (entry.pattern == name or (not exact and fnmatch.fnmatchcase(name, entry.pattern)))
        ),
        None,
    )
