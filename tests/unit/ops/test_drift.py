"""`make drift`: what it says, what it repairs, and that a wrong host is never asked anything."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import pytest

from ops import ssh
from ops.drift import inspect
from ops.progress import Progress
from ops.report import Report, exit_code, read_report, render
from ops.ssh import HostError, Result, Target
from tests.unit.ops.fake_host import FakeHost, group, login, operator, serving


def drift(
    hosts: dict[str, FakeHost], *, fix: bool = False, groups: Sequence[str] = (), **login_args: Any
) -> list[Report]:
    async def body() -> list[Report]:
        key = operator()
        async with serving(hosts, key):
            targets = {name: host.target for name, host in hosts.items()}
            progress = Progress(len(targets), quiet=True)
            return await inspect(
                targets, replace(login(key), **login_args), groups, fix=fix, progress=progress
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
    "a rolled back group is drift": Case(
        {"ctl01": FakeHost({"firewall": group(status="rolled back")})}, 3, ("rolled back", "make up")
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


def test_a_wrong_key_runs_nothing_and_names_both_fingerprints() -> None:
    host = FakeHost({"base": group()})

    async def body() -> Report:
        key = operator()
        async with serving({"ctl01": host}, key):
            other = replace(host.target, host_key=ssh.public_text(operator()))
            (report,) = await inspect(
                {"ctl01": other}, login(key), [], fix=True, progress=Progress(1, quiet=True)
            )
            assert ssh.fingerprint(other.host_key) in report.error
            assert ssh.fingerprint(host.target.host_key) in report.error
            return report

    assert asyncio.run(body()).error.startswith("wrong key: ")
    assert host.commands == []


def test_a_host_without_a_key_of_the_pinned_type_is_a_wrong_host() -> None:
    host = FakeHost({"base": group()})

    async def body() -> Report:
        key = operator()
        async with serving({"ctl01": host}, key):
            ecdsa = ssh.public_text(asyncio_key("ecdsa-sha2-nistp256"))
            pinned = replace(host.target, host_key=ecdsa)
            (report,) = await inspect(
                {"ctl01": pinned}, login(key), [], fix=False, progress=Progress(1, quiet=True)
            )
            assert ssh.fingerprint(host.target.host_key) in report.error
            return report

    assert asyncio.run(body()).error.startswith("wrong key: ")
    assert host.commands == []


def asyncio_key(kind: str) -> Any:
    import asyncssh

    return asyncssh.generate_private_key(kind)


def test_a_host_whose_key_is_not_known_is_not_asked() -> None:
    host = FakeHost({"base": group()})

    async def body() -> Report:
        key = operator()
        async with serving({"ctl01": host}, key):
            target = replace(host.target, host_key="")
            (report,) = await inspect(
                {"ctl01": target}, login(key), [], fix=False, progress=Progress(1, quiet=True)
            )
            return report

    assert "make host-keys" in asyncio.run(body()).error
    assert host.connections == 0


def test_a_refused_key_and_a_silent_port_are_told_apart() -> None:
    host = FakeHost({"base": group()})

    async def body() -> list[str]:
        async with serving({"ctl01": host}, operator()):
            refused, silent = host.target, host.target
            (first,) = await inspect(
                {"ctl01": refused}, login(operator()), [], fix=False, progress=Progress(1, quiet=True)
            )
        (second,) = await inspect(
            {"ctl01": silent}, login(operator()), [], fix=False, progress=Progress(1, quiet=True)
        )
        return [first.error, second.error]

    first, second = asyncio.run(body())
    assert first.startswith("refused: ")
    assert "cloud:ssh.user" in first
    assert second.startswith("unreachable: ")


def test_one_bastion_carries_all_hosts() -> None:
    hosts = {f"ctl0{n}": FakeHost({"base": group()}) for n in range(1, 4)}
    bastion = FakeHost()

    async def body() -> list[Report]:
        key = operator()

        class Hop(__import__("asyncssh").SSHServer):  # type: ignore[misc]
            def connection_requested(self, *_: object) -> bool:
                return True

        async with serving(hosts, key), serving({"bastion": bastion}, key, server_factory=Hop):
            by = replace(login(key), bastion=bastion.target, bastion_user="jump")
            targets = {name: host.target for name, host in hosts.items()}
            return await inspect(targets, by, [], fix=False, progress=Progress(3, quiet=True))

    reports = asyncio.run(body())
    assert exit_code(reports) == 0, reports
    assert bastion.connections == 1


def test_a_wrong_bastion_stops_everything() -> None:
    wrong = Target("bastion", "127.0.0.1", ssh.public_text(operator()), 1)
    hosts = {"ctl01": FakeHost({"base": group()})}
    reports = drift(hosts, bastion=wrong, bastion_user="jump")
    assert "bastion" in reports[0].error
    assert hosts["ctl01"].connections == 0


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
