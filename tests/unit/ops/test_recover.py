"""`make recover` and `make power-off`: what the deploy host is told, what the operator sees, in which order hosts go off."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest import mock

import asyncssh
import pytest

from config.load import load_stack_file
from ops import on_deploy_host, power_off, recover
from ops.access import Target
from tests.unit.ops.fake_host import Answer, FakeHost, login, operator, serving
from tests.unit.support import ROOT

RUN = "/opt/kolla-run/kolla-run"


@dataclass
class Deploy(FakeHost):
    """A host whose kolla-run says what a test wants it to."""

    says: Answer = (0, "", "")
    asked: list[str] = field(default_factory=list)

    def answer(self, command: str) -> Answer:
        self.asked.append(command)
        return self.says


def told(host: Deploy, words: list[str], job: str = "") -> tuple[int, list[str]]:
    """Exit code and lines of one run."""
    lines: list[str] = []
    key = operator()

    async def run() -> int:
        async with serving({"deploy": host}, key):
            return await on_deploy_host._run(host.target, login(key), words, job, lines.append)

    return asyncio.run(run()), lines


def test_recovery_is_a_job_that_outlives_the_connection_and_a_dry_run_is_none() -> None:
    host = Deploy()
    told(host, recover.words(["ctl03"], dry_run=False), "recover")
    told(host, recover.words([], dry_run=True))
    guard = f"test -x {RUN} || exit 127; sudo -n "
    assert host.asked == [
        f"{guard}/usr/local/sbin/hostctl job recover -- {RUN} recover --without ctl03",
        f"{guard}{RUN} recover --dry-run",
    ]


def test_lines_come_through_and_last_words_come_once() -> None:
    out = "hosts: 3 of 3 hosts answer\nkolla-run: galera: waited\n" + '{"ok": false}\n'
    host = Deploy(says=(2, out, "kolla-run: galera: waited\nhostctl: more\n"))
    assert told(host, ["recover"], "recover") == (
        2,
        ["hosts: 3 of 3 hosts answer", "kolla-run: galera: waited", "hostctl: more"],
    )


def test_a_deploy_host_without_kolla_run_says_what_to_do() -> None:
    assert told(Deploy(says=(127, "", "")), ["recover"]) == (
        1,
        [f"deploy: {RUN} is not there: run make up first"],
    )


def test_a_host_that_cannot_be_reached_is_one_line(tmp_path: Path) -> None:
    lines: list[str] = []
    gone = Target("deploy", "127.0.0.1", "ssh-ed25519 AAAA", 1)
    code = on_deploy_host.run(gone, login(operator()), ["recover"], show=lines.append)
    assert code == 1
    assert len(lines) == 1
    assert lines[0].startswith("deploy: unreachable: 127.0.0.1")


def test_hosts_go_off_by_role_and_the_deploy_host_last() -> None:
    config = load_stack_file(ROOT / "Pulumi.lab.yaml", require_host_keys=False)
    assert power_off.turns(config) == [
        ["net01", "net02", "cmp01", "cmp02", "mon01"],
        ["ctl01", "ctl02", "ctl03"],
        ["ceph01", "ceph02", "ceph03"],
        ["deploy"],
    ]


def test_a_host_is_off_when_it_closes_the_connection_and_one_that_refuses_is_told() -> None:
    """The last host is asked only after those before it are gone."""
    asked: list[str] = []

    class Host(Deploy):
        def __init__(self, name: str, says: Answer) -> None:
            super().__init__(says=says)
            self.name = name

        def answer(self, command: str) -> Answer:
            asked.append(f"{self.name}: {command}")
            return self.says

    hosts: dict[str, FakeHost] = {
        "cmp01": Host("cmp01", (1, "", "sudo: a password is required")),
        "deploy": Host("deploy", (0, "", "")),
    }
    lines: list[str] = []
    key = operator()

    async def run() -> list[str]:
        async with serving(hosts, key):
            targets = {name: host.target for name, host in hosts.items()}
            with mock.patch.object(asyncssh.SSHClientConnection, "wait_closed", _closed):
                return await power_off.switch_off([["cmp01"], ["deploy"]], targets, login(key), lines.append)

    async def _closed(_: Any) -> None:
        asked.append("closed")

    left = asyncio.run(run())
    assert left == ["cmp01: sudo: a password is required"]
    assert [one for one in asked if one != "closed"] == [
        "cmp01: sudo -n systemctl poweroff",
        "deploy: sudo -n systemctl poweroff",
    ]
    assert lines == ["power-off: cmp01", f"power-off: {left[0]}", "power-off: deploy"]


@pytest.mark.parametrize(("answer", "goes_on"), [("lab\n", True), ("prod\n", False), ("\n", False)])
def test_a_power_off_wants_the_name_of_the_stack(answer: str, goes_on: bool) -> None:
    options = mock.Mock(stack="lab", yes=False, dry_run=False)
    with mock.patch("sys.stdin") as stdin:
        stdin.isatty.return_value, stdin.readline.return_value = True, answer
        assert power_off.agreed(options) is goes_on


def test_where_nobody_can_be_asked_nothing_is_switched_off() -> None:
    options = mock.Mock(stack="lab", yes=False, dry_run=False)
    with mock.patch("sys.stdin") as stdin:
        stdin.isatty.return_value = False
        assert not power_off.agreed(options)
