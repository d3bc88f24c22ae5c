"""What `hostctl check` reported of each host, as text."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from host_programs.contract import EXIT_NO_PROGRAM
from host_programs.contract.hostctl import EXIT_DRIFT, ROLLED_BACK, HostReport
from ops import ssh
from ops.access import HostError

NOTE = "the last change was rolled back; the host is as Pulumi's state records it (FIX=1 clears this note)"


@dataclass(frozen=True)
class Report:
    """What is known about one host."""

    host: str
    drift: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Group → items that differ."""
    ok: int = 0
    notes: Mapping[str, str] = field(default_factory=dict)
    """Group → what is to know of it though nothing differs."""
    rolled_back: Mapping[str, str] = field(default_factory=dict)
    """Group whose last change was rolled back → sha256 of the state that the host has; "" for none."""
    fixed: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    error: str = ""
    """Kind and reason when the host could not be checked or repaired."""


def read_report(host: str, result: ssh.Result) -> tuple[Report, dict[str, str]]:
    """A report and the groups' status from what `hostctl check --json` printed. Raises HostError."""
    if result.status == EXIT_NO_PROGRAM:
        raise HostError("not prepared", "hostctl is not on it: run make up")
    lines = result.stdout.strip().splitlines()
    try:
        report: HostReport = json.loads(lines[-1] if lines else "")
        groups = report["groups"]
    except (ValueError, KeyError, TypeError):
        raise HostError("failed", f"exit {result.status}: {last_words(result)}") from None
    if not groups:
        raise HostError("not prepared", "no state was ever applied: run make up")
    drift = {name: tuple(group.get("drift", ())) for name, group in groups.items() if group.get("drift")}
    status = {name: str(group.get("status", "")) for name, group in groups.items()}
    if result.status not in {0, EXIT_DRIFT}:
        raise HostError("failed", f"exit {result.status}: {last_words(result)}")
    back = {
        name: str(groups[name].get("sha256", "")) for name, value in status.items() if value == ROLLED_BACK
    }
    # A repair that was rolled back rejected the very state that is stored: there is only drift to tell of.
    notes = {name: NOTE for name in back if "rejected" in groups[name]}
    ok = sum(int(group.get("ok", 0)) for group in groups.values())
    return Report(host, drift, ok, notes, back), status


def last_words(result: ssh.Result) -> str:
    """The last line that a command said, errors first."""
    said = result.stderr.strip() or result.stdout.strip() or "nothing was said"
    return said.splitlines()[-1][:300]


def exit_code(reports: Sequence[Report]) -> int:
    """0 no drift (any more), 3 drift, 1 some host is unknown."""
    if any(report.error for report in reports):
        return 1
    return EXIT_DRIFT if any(report.drift for report in reports) else 0


def render(reports: Sequence[Report], seconds: float) -> str:
    """The result for people: one line per item, then one line that sums up."""
    rows: list[tuple[str, str, str]] = []
    for report in reports:
        rows += [
            (report.host, group, f"{item} (repaired)")
            for group, items in report.fixed.items()
            for item in items
        ]
        rows += [
            (report.host, group, item) for group, items in sorted(report.drift.items()) for item in items
        ]
        rows += [(report.host, group, f"note: {text}") for group, text in sorted(report.notes.items())]
        if report.error:
            kind, _, reason = report.error.partition(": ")
            rows.append((report.host, kind, reason))
    widths = [max((len(row[column]) for row in rows), default=0) for column in (0, 1)]
    lines = [f"{host:<{widths[0]}}  {group:<{widths[1]}}  {item}" for host, group, item in rows]
    drifted = [report for report in reports if report.drift and not report.error]
    unknown = [report for report in reports if report.error]
    repaired = sum(len(items) for report in reports for items in report.fixed.values())
    parts = [f"{len(reports) - len(drifted) - len(unknown)} of {len(reports)} hosts as declared"]
    parts += [f"{len(drifted)} drifted"] if drifted else []
    parts += [f"{repaired} items repaired"] if repaired else []
    parts += [f"{len(unknown)} not known"] if unknown else []
    return "\n".join(
        [*lines, f"{', '.join(parts)}; {sum(report.ok for report in reports)} items equal; {seconds:.1f} s"]
    )
