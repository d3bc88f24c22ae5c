"""`make drift`: what it says and what it repairs."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pytest

from ops.access import HostError
from ops.drift import inspect
from ops.progress import Progress
from ops.report import Report, exit_code, read_report, render
from ops.rolled_back import Held
from ops.ssh import Result
from tests.unit.ops.fake_host import FakeHost, group, login, operator, serving


def drift(
    hosts: dict[str, FakeHost],
    *,
    fix: bool = False,
    groups: Sequence[str] = (),
    held: Callable[[], Held] = dict,
    **login_args: Any,
) -> list[Report]:
    async def body() -> list[Report]:
        key = operator()
        async with serving(hosts, key):
            targets = {name: host.target for name, host in hosts.items()}
            progress = Progress(len(targets), quiet=True)
            return await inspect(
                targets, replace(login(key), **login_args), groups, fix=fix, progress=progress, held=held
            )

    return asyncio.run(body())


@dataclass
class Case:
    hosts: dict[str, FakeHost]
    code: int
    says: tuple[str, ...]
    fix: bool = False
    runs: int | None = None
    """Commands that the last host was asked to run."""


CASES = {
    "no drift": Case(
        {"ctl01": FakeHost({"base": group()}), "ctl02": FakeHost({"base": group()})},
        0,
        ("2 of 2 hosts as declared", "20 items equal"),
    ),
    "host, group and item are named": Case(
        {
            "ctl01": FakeHost({"base": group()}),
            "ctl02": FakeHost({"base": group("sysctl net.ipv4.ip_forward 1→0")}),
        },
        3,
        ("ctl02  base", "sysctl net.ipv4.ip_forward 1→0", "1 of 2 hosts as declared, 1 drifted"),
    ),
    "hostctl is missing": Case({"ctl01": FakeHost(prepared=False)}, 1, ("not prepared", "make up")),
    "no state was applied": Case({"ctl01": FakeHost({})}, 1, ("not prepared", "make up")),
    "an error beats drift": Case(
        {"ctl01": FakeHost(prepared=False), "ctl02": FakeHost({"base": group("swap on")})},
        1,
        ("swap on", "1 not known"),
    ),
    "fix repairs and says so": Case(
        {"ctl01": FakeHost({"base": group("file /etc/x")})},
        0,
        ("file /etc/x (repaired)", "1 items repaired"),
        True,
        3,
    ),
    "fix leaves hosts without drift alone": Case(
        {"ctl01": FakeHost({"base": group("a")}), "ctl02": FakeHost({"base": group()})},
        0,
        ("a (repaired)",),
        True,
        1,
    ),
    "fix confirms what it armed": Case(
        {"ctl01": FakeHost({"firewall": group("rule")})}, 0, ("rule (repaired)",), True, 4
    ),
    "fix tells of a roll back": Case(
        {"ctl01": FakeHost({"firewall": group("rule")}, rolls_back=True)},
        1,
        ("not confirmed", "rolled back"),
        True,
    ),
    "fix survives the loss of its connection": Case(
        {"ctl01": FakeHost({"network": group("mtu bond0 9000→1500")}, cuts_connection=True)},
        0,
        ("mtu bond0 9000→1500 (repaired)",),
        True,
        4,
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_drift_is_told_and_repaired(case: Case) -> None:
    reports = drift(case.hosts, fix=case.fix)
    text = render(reports, 1.0)
    assert exit_code(reports) == case.code, text
    for words in case.says:
        assert words in text
    if case.runs is not None:
        assert len(list(case.hosts.values())[-1].commands) == case.runs


def test_a_confirmation_comes_over_a_new_connection() -> None:
    host = FakeHost({"network": group("route"), "base": group()})
    drift({"ctl01": host}, fix=True)
    fixed = next(number for number, command in host.commands if "--fix" in command)
    confirmed = next(number for number, command in host.commands if "confirm" in command)
    assert confirmed > fixed
    assert next(command for _, command in host.commands if "--fix" in command).endswith(
        "check network --fix --json"
    )


def test_a_repair_names_only_the_drifted_groups() -> None:
    host = FakeHost({"base": group("a"), "firewall": group(), "secrets": group("b")})
    drift({"ctl01": host}, fix=True)
    assert any(command.endswith("check base secrets --fix --json") for _, command in host.commands)


def test_only_the_named_groups_are_checked() -> None:
    host = FakeHost({"base": group("a"), "firewall": group()})
    assert exit_code(drift({"ctl01": host}, groups=["firewall"])) == 0


@pytest.mark.parametrize(
    ("result", "says"),
    [
        (Result(1, "", "hostctl: base: flock held by pid 7\n"), "flock held by pid 7"),
        (Result(1, "", "sudo: a password is required\n"), "a password is required"),
        (Result(0, "not json\n", ""), "not json"),
        (Result(-1, "", "connection lost"), "connection lost"),
    ],
)
def test_an_answer_that_is_none_is_an_error_with_its_last_words(result: Result, says: str) -> None:
    with pytest.raises(HostError, match=says):
        read_report("ctl01", result)
