"""promtool's unit tests, made from the tests that stand next to the rules: two for each."""

from __future__ import annotations

import re
from typing import Any

from components.observability.rules import Rule, Series, areas, runbook

_LABELS = re.compile(r'(\w+)="([^"]*)"')


def test_file(area: str, rule_file: str) -> dict[str, Any]:
    """An area's test file."""
    tests = [one for name, rule in areas()[area].items() for one in _both(area, name, rule)]
    return {"rule_files": [rule_file], "evaluation_interval": "1m", "tests": tests}


def _both(area: str, name: str, rule: Rule) -> list[dict[str, Any]]:
    test = rule.test
    labels = test.labels
    if labels is None:
        labels = dict(_LABELS.findall(next(iter(test.fires))))
    alert = {
        "exp_labels": {**labels, "severity": rule.severity, "area": area},
        "exp_annotations": {"summary": test.says, "runbook_url": runbook(area, name)},
    }
    return [
        _one(name, f"{name} fires", rule, test.fires, [alert]),
        _one(name, f"{name} is silent", rule, test.fires | test.healthy, []),
    ]


def _one(
    alert: str, title: str, rule: Rule, series: Series, expected: list[dict[str, Any]]
) -> dict[str, Any]:
    minutes = rule.test.minutes or rule.minutes + 10
    return {
        "name": title,
        "interval": "1m",
        "input_series": [
            {"series": name, "values": value if isinstance(value, str) else f"{value}+0x{minutes + 1}"}
            for name, value in series.items()
            if value is not None
        ],
        "alert_rule_test": [{"eval_time": f"{minutes}m", "alertname": alert, "exp_alerts": expected}],
    }
