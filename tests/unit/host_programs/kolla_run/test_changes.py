"""From checksums to what restarts, where, and by which tags."""

from __future__ import annotations

from typing import Any

import pytest

from host_programs.kolla_run.changes import HostSums, applied_now, plan
from tests.unit.host_programs.kolla_run.support import data


@pytest.mark.parametrize("case", data("plans.yaml"), ids=lambda case: case["name"])
def test_a_change_is_told_exactly(case: dict[str, Any]) -> None:
    hosts = {host: HostSums(sums["live"], sums["next"]) for host, sums in case["hosts"].items()}
    applied = case["applied"]
    if applied is not None:
        applied = {h: {p: tuple(pair) for p, pair in paths.items()} for h, paths in applied.items()}
    found = plan(
        hosts,
        applied,
        case["tags"],
        case.get("settings", {}),
        case.get("everything", ""),
        case.get("differing"),
    )
    assert found.lines() == case["lines"]
    assert list(found.tags) == case["run"]
    assert found.nothing == (case["lines"][0].startswith("nothing restarts"))


def test_what_was_applied_keeps_both_what_was_written_and_what_is_there() -> None:
    found = applied_now({"ctl01": {"a": "1", "b": "2"}}, {"ctl01": {"a": "1", "b": "3", "other": "4"}})
    assert found == {"ctl01": {"a": ["1", "1"], "b": ["2", "3"]}}
