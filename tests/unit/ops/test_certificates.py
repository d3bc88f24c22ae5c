"""`make certificates`: hosts are asked where certificates are, and the command ends as the table says."""

from __future__ import annotations

import asyncio
import json
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from host_programs.hostctl import certificates
from ops.access import HostError, Target, public_text
from ops.certificates.__main__ import main
from ops.certificates.ask import Answer, ask, questions, read_answer
from ops.certificates.rows import Row, State, rows
from ops.certificates.table import exit_code
from ops.certificates.wanted import HERE, Wanted
from ops.progress import Progress
from ops.ssh import Result
from tests.unit.components.support import Raw, cloud
from tests.unit.ops.certificates_seen import NOW, PEM, api, ending, held
from tests.unit.ops.fake_host import Answer as SshAnswer
from tests.unit.ops.fake_host import FakeHost, login, operator, serving


class Host(FakeHost):
    """Answers with what hostctl itself finds in real files."""

    def answer(self, command: str) -> SshAnswer:
        if not self.prepared:
            return 127, "", ""
        places = shlex.split(command.rpartition("certificates ")[2])
        return (
            0,
            json.dumps({"certificates": {place: certificates.read(place) for place in places}}) + "\n",
            "",
        )


@pytest.mark.parametrize(
    "said", ["", "[]", '{"certificates": []}', '{"certificates": {"/x": [{"place": "/x"}]}}']
)
def test_an_answer_that_is_none_is_an_error_with_its_last_words(said: str) -> None:
    with pytest.raises(HostError, match="exit 1: sudo: a password is required"):
        read_answer(Result(1, said, "sudo: a password is required\n"))


class OldHost(FakeHost):
    """Its hostctl is of a time before this verb."""

    def answer(self, command: str) -> SshAnswer:
        return 2, "", "hostctl: unknown command 'certificates'\nusage:\n  …"


def table(wanted: list[Wanted], hosts: dict[str, FakeHost]) -> list[Row]:
    async def body() -> dict[str, Answer]:
        key = operator()
        async with serving(hosts, key):
            targets = {name: host.target for name, host in hosts.items()}
            return await ask(questions(wanted), targets, login(key), Progress(len(hosts), quiet=True))

    return rows(wanted, asyncio.run(body()), 30, NOW)


def test_hosts_are_asked_by_one_connection_each_about_all_their_places(tmp_path: Path) -> None:
    (tmp_path / "it's one.pem").write_text(ending(90).pem + ending(90).key)
    wanted = [
        api(hosts=("a", "b"), place=f"{tmp_path}/*.pem"),
        api(purpose="other", place=f"{tmp_path}/none"),
    ]
    hosts: dict[str, FakeHost] = {"a": Host(), "b": Host()}
    found = table(wanted, hosts)
    assert [(row.state, sorted(row.where)) for row in found] == [("missing", ["a"]), ("good", ["a", "b"])]
    assert {name: host.connections for name, host in hosts.items()} == {"a": 1, "b": 1}


def test_without_the_bastion_no_host_is_known_and_what_this_machine_sees_is(tmp_path: Path) -> None:
    key = operator()
    way = Target("bastion", "127.0.0.1", public_text(key), 1)
    asked = {"a": [PEM], HERE: [str(tmp_path / "none")]}
    progress = Progress(1, quiet=True)
    found = asyncio.run(ask(asked, {}, replace(login(key), bastion=way, bastion_user="x"), progress))
    assert found[HERE] == {str(tmp_path / "none"): []}
    assert str(found["a"]).startswith("bastion: 127.0.0.1")


@pytest.mark.parametrize(("days", "code"), [("30", 0), ("91", 3)])
def test_the_command_ends_as_the_table_says(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], days: str, code: int
) -> None:
    def encrypted(raw: Raw) -> None:
        raw["kolla"]["tls"] = {"external": True, "internal": True, "source": "external"}

    async def answered(asked: Mapping[str, Sequence[str]], *_: object) -> dict[str, Answer]:
        return {host: {place: held(place, ending(90)) for place in places} for host, places in asked.items()}

    monkeypatch.setattr("ops.stack.load", lambda *_: cloud("lab", encrypted))
    monkeypatch.setattr("ops.certificates.__main__.ask", answered)
    monkeypatch.setattr("ops.certificates.__main__.now", lambda: NOW)
    assert main(["--stack", "lab", "--days", days, "--json"]) == code
    told = json.loads(capsys.readouterr().out)["certificates"]
    assert {entry["purpose"] for entry in told} >= {"external APIs", "internal APIs, as served"}
    assert main(["--stack", "lab", "--days", days]) == code
    assert "api.example.com" in capsys.readouterr().out


def test_a_host_without_hostctl_or_with_an_old_one_says_what_to_do() -> None:
    hosts: dict[str, FakeHost] = {"a": Host(prepared=False), "b": OldHost()}
    found = table([api(hosts=("a", "b"))], hosts)
    assert [row.state for row in found] == [State.UNASKED, State.UNASKED]
    assert all("run make up" in row.why for row in found)
    assert exit_code(found) == 1
