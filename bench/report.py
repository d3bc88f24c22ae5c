"""From results.json to the tables in docs/performance.md; every figure in them was measured."""

from __future__ import annotations

import re
import statistics
from pathlib import Path
from typing import Any

SCENES = {"cold": "cold", "second": "second run", "change": "one-line change", "check": "drift check"}
MARKS = "<!-- {} of make bench -->"


def tables(results: dict[str, Any]) -> str:
    """The measured part of the page."""
    parts = []
    if contest := results.get("contest"):
        parts.append(_contest(contest))
    if engine := results.get("engine"):
        parts.append(_engine(engine))
    machine = results["machine"]
    versions = ", ".join(f"{name} {version}" for name, version in results["versions"].items())
    parts.append(
        f"Measured on {machine['cores']} cores ({machine['cpu']}), "
        f"{machine['memory_gib']} GiB, kernel {machine['kernel']}; versions: {versions}."
    )
    return "\n\n".join(parts)


def _contest(contest: dict[str, Any]) -> str:
    figures: dict[str, dict[str, list[float]]] = contest["seconds"]
    ssh = statistics.median(figures["floor"]["ssh"])
    names = [name for name in figures if name != "floor"]
    ours = names[0]
    head = ["", *names, *(f"{name} ÷ ours" for name in names[1:])]
    rows = [head, ["---"] + ["---:"] * (len(head) - 1)]
    for scene, title in SCENES.items():
        middle = {name: statistics.median(figures[name][scene]) for name in names}
        ratios = [f"{ratio(figures[name][scene], figures[ours][scene]):.1f} x" for name in names[1:]]
        rows.append([title, *(f"{seconds:.2f} s" for seconds in middle.values()), *ratios])
    check = statistics.median(figures[ours]["check"])
    return (
        _table(rows)
        + f"\n\nFloor (`ssh HOST true` to all {contest['hosts']} hosts at once): {ssh:.2f} s; "
        + f"our drift check is {check / ssh:.1f} x the floor. Medians of {contest['rounds']} rounds; "
        + f"a ratio is the median of the rounds' ratios. Measured {contest['date']}."
    )


def ratio(theirs: list[float], ours: list[float]) -> float:
    """Median of the pairwise ratios: what the machine did in one round, it did to both."""
    return statistics.median(a / b for a, b in zip(theirs, ours, strict=True))


def _engine(engine: dict[str, Any]) -> str:
    rows = [["hosts", "preview", "processor", "peak memory"], ["---:"] * 4]
    rows += [[f"{run['hosts']:,}", *_times(run), f"{run['peak_mib']:.0f} MiB"] for run in engine["preview"]]
    text = _table(rows)
    if ups := engine.get("up"):
        rows = [
            [
                "hosts",
                "resources",
                "first up",
                "processor",
                "second up",
                "processor",
                "state",
                "state on disk (gzip)",
            ],
            ["---:"] * 8,
        ]
        rows += [
            [
                f"{run['hosts']:,}",
                f"{run['resources']:,}",
                *_times(run["first"]),
                *_times(run["second"]),
                f"{run['state_bytes'] / 1e6:.2f} MB",
                f"{run['state_bytes_on_disk'] / 1e6:.2f} MB",
            ]
            for run in ups
        ]
        text += "\n\n" + _table(rows)
    return f"{text}\n\nMeasured {engine['date']}."


def _times(run: dict[str, Any]) -> tuple[str, str]:
    """Wall time and processor time."""
    return f"{run['seconds']:.1f} s", f"{run['cpu_seconds']:.1f} s"


def _table(rows: list[list[str]]) -> str:
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def write(page: Path, results: dict[str, Any]) -> None:
    """Replace the measured part of the page. Raises ValueError when its marks are gone."""
    first, last = MARKS.format("start"), MARKS.format("end")
    text = page.read_text(encoding="utf-8")
    pattern = re.compile(f"{re.escape(first)}.*{re.escape(last)}", re.DOTALL)
    if not pattern.search(text):
        raise ValueError(f"{page.name}: the marks around the measured part are gone")
    page.write_text(pattern.sub(lambda _: f"{first}\n{tables(results)}\n{last}", text), encoding="utf-8")
