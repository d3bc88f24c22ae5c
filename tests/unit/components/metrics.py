"""Which metrics an expression asks for, and which job gives them (`metrics.yaml`)."""

from __future__ import annotations

import re
from pathlib import Path

import yaml

DATA = yaml.safe_load(Path(__file__).with_name("metrics.yaml").read_text())


def words(expression: str) -> set[str]:
    """Names in an expression that are no labels, texts, functions, keywords or durations."""
    for gone in (
        r'"[^"]*"',
        r"\{[^{}]*\}",
        r"\[[^\]]*\]",
        r"\b(by|on|without|group_left|group_right) \([^)]*\)",
    ):
        expression = re.sub(gone, " ", expression)
    names = set(re.findall(r"(?<![\w.])[a-z][a-zA-Z_]\w*(?!\w*\s*\()", expression))
    return names - {"and", "or", "unless", "offset", "on", "by"}


def job_of(metric: str) -> str | None:
    """The job that gives a metric; nothing where none is known to."""
    beginnings = [beginning for beginning in DATA["jobs"] if metric.startswith(beginning)]
    return DATA["jobs"][max(beginnings, key=len)] if beginnings else None
