"""Alert rules: one YAML file for each area, each rule with its test; Prometheus' rule files are made from them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field

RUNBOOKS = "docs/runbooks"
"""Where the runbooks are in this repository."""

Series = dict[str, int | float | str | None]
"""Values by series: one for all the time, or promtool's notation (`0+5x60`); None: the series is not there."""


class _Data(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class RuleTest(_Data):
    """What a rule fires on, and what it is silent on: the same, but for what is healthy."""

    fires: Series
    healthy: Series
    """Goes over `fires`: what is different when all is well."""
    labels: dict[str, str] | None = None
    """The alert's labels, but for those that every rule sets; none: those of the first series."""
    says: str
    """Its summary."""
    minutes: int = Field(default=0, ge=0)
    """How long the series are before the rule is asked; 0: the rule's `for` and ten minutes."""


class Rule(_Data):
    """One alert."""

    expr: str
    minutes: int = Field(default=5, ge=0)
    """How long it has to hold."""
    severity: Literal["critical", "warning", "info"]
    """critical: somebody gets up at night. warning: today. info: this week."""
    summary: str
    test: RuleTest


@cache
def areas() -> dict[str, dict[str, Rule]]:
    """Every rule by area and name, in the order of the files."""
    folder = Path(__file__).with_name("rules")
    return {
        path.stem: {name: Rule.model_validate(rule) for name, rule in _read(path).items()}
        for path in sorted(folder.glob("*.yaml"))
    }


def runbook(area: str, name: str, base: str = RUNBOOKS) -> str:
    """Where an alert's runbook is: the anchor of its heading."""
    return f"{base.rstrip('/')}/{area}.md#{name.lower()}"


def group(area: str, base: str = RUNBOOKS) -> dict[str, Any]:
    """An area's group, as Prometheus reads it."""
    return {
        "name": area,
        "rules": [
            {
                "alert": name,
                "expr": rule.expr.strip(),
                "for": f"{rule.minutes}m",
                "labels": {"severity": rule.severity, "area": area},
                "annotations": {"summary": rule.summary, "runbook_url": runbook(area, name, base)},
            }
            for name, rule in areas()[area].items()
        ],
    }


def rule_file(area: str, base: str = RUNBOOKS, recorded: Sequence[dict[str, Any]] = ()) -> str:
    """Text of an area's rule file.

    Args:
        area: the name of its file.
        base: folder or web address of the runbooks.
        recorded: groups before it, of what its rules ask for.
    """
    return yaml.safe_dump({"groups": [*recorded, group(area, base)]}, sort_keys=False, width=1000)


def _read(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return found
