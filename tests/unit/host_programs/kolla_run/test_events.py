"""The verdict over a run: events and exit code, neither trusted alone."""

from __future__ import annotations

from typing import Any

import pytest

from host_programs.kolla_run import events
from host_programs.kolla_run.events import judge
from tests.unit.host_programs.kolla_run.support import data, line, recap

UNREACHABLE = (
    "h4: unreachable in glance : gone: Failed to connect to the host via ssh: "
    "ssh: connect to host 127.0.0.1 port 1: Connection refused"
)


@pytest.mark.parametrize("case", data("verdicts.yaml"), ids=lambda case: case["name"])
def test_a_recorded_run_gets_this_verdict(case: dict[str, Any]) -> None:
    verdict = judge(recap(case["recap"])[0], case["code"], recap(case["recap"])[1])
    assert list(verdict.problems) == case["problems"]
    assert verdict.code == case["exit"]
    assert verdict.hosts == case["hosts"]
    assert list(verdict.failed) == case.get("failed", [])
    assert list(verdict.unreachable) == case.get("unreachable", [])


def test_the_reason_is_one_line_with_host_task_and_cause() -> None:
    found, output = recap("mixed-2.18.txt")
    assert judge(found, 4, output).reason() == (
        "failed on 4 of 5 hosts: h1: failed in glance : secret fails: hidden, because the task handles "
        "secrets (no_log) (and 3 more, above)"
    )


def test_the_last_line_is_for_programs() -> None:
    found, _ = recap("one-failed.txt")
    assert judge(found, 2).summary("deploy", 61.26) == {
        "action": "deploy",
        "ok": False,
        "seconds": 61.3,
        "hosts": 2,
        "changed": 2,
        "failed": ["ctl02"],
        "unreachable": [],
        "services": 1,
    }


def test_progress_is_one_line_for_each_service() -> None:
    said = [text for event in recap("mixed-2.18.txt")[0] if (text := events.said(event))]
    assert said == [
        "h2: failed in mariadb : Check MariaDB service: cannot reach 3306",
        "h3: failed in mariadb : loop: failed with code 1",
        "mariadb: 5 hosts, 7 tasks, 6 changed, 2 failed",
        UNREACHABLE,
        "h1: failed in glance : secret fails: hidden, because the task handles secrets (no_log)",
        "glance: 2 hosts, 2 tasks, 0 changed, 1 failed, 1 unreachable",
    ]
    assert events.elapsed(12.34) == "[  12.3 s]"


def test_an_event_is_found_behind_somebody_elses_unfinished_line() -> None:
    assert events.parse("[WARNING]: no newline" + line({"e": "end", "hosts": 1})) == {"e": "end", "hosts": 1}
    assert events.parse("plain text\n") is None
    assert events.parse(events.MARK + '{"e": "torn') is None
    assert events.parse(events.MARK + "[1]") is None
