"""`make firewall`: the plan as an operator reads it."""

from __future__ import annotations

import pytest

from components.firewall import table
from components.firewall.table import lines
from tests.unit.components.support import ROOT, cloud


def test_what_every_host_accepts_is_one_line() -> None:
    (ping,) = (
        line for line in lines(cloud("prod")) if line[1] == "ping" and line[2].startswith("management")
    )
    assert (ping[0], ping[3], ping[4]) == ("all", "icmp", "anyone")


def test_one_hosts_table_says_what_that_host_accepts(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(ROOT)
    assert table.main(["--stack", "prod", "--host", "mon01"]) == 0
    shown = capsys.readouterr().out
    assert "what mon01 accepts" in shown
    assert ["on", "service", "network", "ports", "from", "why"] in [
        line.split() for line in shown.splitlines()
    ]
    assert "mariadb" not in shown
    assert (
        max(len(line) for line in shown.splitlines()) > 80
    )  # in a pipe nothing is folded to a screen's width


def test_the_table_of_a_host_that_is_not_there_is_refused(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(ROOT)
    assert table.main(["--stack", "prod", "--host", "mon09"]) == 1
    assert capsys.readouterr().err.startswith("no active host mon09: ctl01 ")
