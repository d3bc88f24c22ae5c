"""The table as it is shown, and what it comes to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from host_programs.contract.hostctl import EXIT_DRIFT
from ops.certificates.rows import Row, State

_FINE = (State.GOOD, State.UNREAD)
_NAMED = 3
"""Hosts, names or files that are listed one by one."""


def exit_code(rows: Sequence[Row]) -> int:
    """0 all good, 3 some are late, missing or cannot be read, 1 a host could not be asked."""
    if any(row.state is State.UNASKED for row in rows):
        return 1
    return EXIT_DRIFT if any(row.state not in _FINE for row in rows) else 0


def render(rows: Sequence[Row], seconds: float) -> str:
    """For people: what it is on one line, then where it is, who renews it, what breaks; at last one line that sums up."""
    heads = [("DAYS", "ENDS", "STATE", "CERTIFICATE", "NAMES", "ISSUED BY"), *map(_head, rows)]
    widths = [max(len(head[column]) for head in heads) for column in range(5)]
    lines = [_line(heads[0], widths)]
    for head, row in zip(heads[1:], rows, strict=True):
        lines += [_line(head, widths), *(f"{' ' * (widths[0] + 2)}{text}" for text in _below(row))]
    return "\n".join(_printable(line) for line in [*lines, _sum(rows, seconds)])


def _printable(line: str) -> str:
    """Names in certificates are anybody's: none of them steers the terminal."""
    return "".join(letter if letter.isprintable() else "?" for letter in line)


def _head(row: Row) -> tuple[str, str, str, str, str, str]:
    if row.facts is None:
        return "-", "-", row.state, row.purpose, "", ""
    ends = f"{row.facts.ends:%Y-%m-%d}"
    return str(row.days), ends, row.state, row.purpose, _some(row.facts.names), row.facts.issuer


def _line(head: Sequence[str], widths: Sequence[int]) -> str:
    days, *rest = head
    cells = [f"{text:<{width}}" for text, width in zip(rest, widths[1:], strict=False)]
    return "  ".join([f"{days:>{widths[0]}}", *cells, rest[-1]]).rstrip()


def _below(row: Row) -> Iterable[str]:
    if row.why:
        yield f"why: {row.why}"
    if any(row.where.values()):
        yield f"where: {_where(row.where)}"
    if row.renewed_by:
        yield f"renewed by {row.renewed_by}; without: {row.breaks}"


def _where(where: Mapping[str, Sequence[str]]) -> str:
    by_places: dict[tuple[str, ...], list[str]] = {}
    for host, places in where.items():
        by_places.setdefault(tuple(places), []).append(host)
    return "; ".join(
        f"{', '.join(hosts)}: {_some(places)}" if any(hosts) else _some(places)
        for places, hosts in by_places.items()
    )


def _some(texts: Sequence[str]) -> str:
    more = len(texts) - _NAMED
    return ", ".join(texts[:_NAMED]) + (f" and {more} more" if more > 0 else "")


def _sum(rows: Sequence[Row], seconds: float) -> str:
    counts = {state: sum(row.state is state for row in rows) for state in State}
    return f"{', '.join(f'{count} {state}' for state, count in counts.items() if count) or 'none'}; {seconds:.1f} s"


def document(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """For machines: every row, nothing left out."""
    return [_entry(row) for row in rows]


def _entry(row: Row) -> dict[str, Any]:
    known = row.facts and {
        "names": row.facts.names,
        "issuer": row.facts.issuer,
        "starts": row.facts.starts.isoformat(),
        "ends": row.facts.ends.isoformat(),
        "sha256": row.facts.sha256,
    }
    return {
        "state": row.state,
        "days": row.days,
        "purpose": row.purpose,
        "why": row.why,
        "where": row.where,
        "renewedBy": row.renewed_by,
        "breaks": row.breaks,
        "certificate": known,
    }
