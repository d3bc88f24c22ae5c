"""`command:remote:Command` against a real SSH server: what runs, what it is given, and what is said."""

from __future__ import annotations

import asyncio
from typing import Any

import grpc
import pytest

from tests.unit.toolchain.commands import COMMAND, create
from tests.unit.toolchain.operations import Lines, operation
from tests.unit.toolchain.sshd import sshd


def test_stdin_reaches_the_command_and_both_outputs_come_back_without_the_last_newline() -> None:
    _, outputs = create(create="cat; echo oops >&2", stdin="one\ntwo\n")
    assert outputs == {"stdout": "one\ntwo", "stderr": "oops"}


def test_a_command_that_reads_stdin_ends_when_none_is_given() -> None:
    _, outputs = create(create="cat; echo end")
    assert outputs["stdout"] == "end"


def test_large_stdin_and_output_flow_at_the_same_time() -> None:
    text = "x" * 80 + "\n"
    _, outputs = create(
        create="cat; head -c 1000000 /dev/zero | tr '\\0' y >&2", stdin=text * 20_000, logging="none"
    )
    assert outputs["stdout"] == (text * 20_000).removesuffix("\n")
    assert len(outputs["stderr"]) == 1_000_000


@pytest.mark.parametrize(
    ("mode", "shown"),
    [
        ("stdout", ["out"]),
        ("stderr", ["err"]),
        ("stdoutAndStderr", ["err", "out"]),
        (None, ["err", "out"]),
        ("none", []),
    ],
)
def test_logging_chooses_the_streams_that_are_shown(mode: str | None, shown: list[str]) -> None:
    log = Lines()
    _, outputs = create(create="echo out; echo err >&2", logging=mode, log=log)
    assert sorted(log.texts) == shown
    assert outputs == {"stdout": "out", "stderr": "err"}


def test_a_line_longer_than_64_kib_is_shown_whole_and_does_not_stop_the_command() -> None:
    log = Lines()
    create(create="head -c 200000 /dev/zero | tr '\\0' x; echo; echo end", log=log)
    assert [len(text) for text in log.texts] == [200_000, 3]


def test_lines_show_while_the_command_still_runs() -> None:
    async def go() -> list[str]:
        async with sshd() as server:
            log = Lines()
            task: asyncio.Task[Any]

            async def seen(_text: str) -> None:
                assert not task.done()

            log.on_line = seen
            inputs = {"connection": server.connection(), "create": "echo first; cat"}
            task = asyncio.create_task(COMMAND.create(operation(inputs, log=log)))
            await task
            return log.texts

    assert asyncio.run(go()) == ["first"]


def test_a_failure_names_host_code_and_the_end_of_stderr_but_neither_command_nor_stdin() -> None:
    _, error = create(create="cat >/dev/null; echo reason >&2; exit 3 # canary-command", stdin="canary-stdin")
    assert error.code is grpc.StatusCode.ABORTED
    assert str(error) == "127.0.0.1: the command exited with code 3:\n  reason"


def test_a_failure_with_logging_none_shows_no_output() -> None:
    _, error = create(create="echo canary >&2; exit 1", logging="none")
    assert "canary" not in str(error)
    assert "code 1" in str(error)


def test_the_environment_reaches_a_host_that_accepts_it() -> None:
    _, outputs = create(create="echo $WHO", environment={"WHO": "me"})
    assert outputs["stdout"] == "me"


def test_a_variable_that_the_host_refuses_is_an_error_and_the_command_does_not_run(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    import asyncssh

    monkeypatch.setattr(
        asyncssh.channel.SSHServerChannel, "_process_env_request", lambda _self, _packet: False
    )
    server, error = create(create="echo ran", environment={"WHO": "me"})
    assert "WHO" in str(error)
    assert "AcceptEnv" in str(error)
    assert server.commands == []


@pytest.mark.parametrize(("wanted", "seen"), [(None, "before/warned"), (True, "before/warned"), (False, "/")])
def test_the_output_of_the_last_run_is_in_the_environment_unless_switched_off(
    wanted: bool | None, seen: str
) -> None:
    async def go() -> dict[str, Any]:
        async with sshd() as server:
            inputs = {
                "connection": server.connection(),
                "update": 'echo "$PULUMI_COMMAND_STDOUT/$PULUMI_COMMAND_STDERR"',
                "addPreviousOutputInEnv": wanted,
            }
            return await COMMAND.update(operation(inputs, {"stdout": "before", "stderr": "warned"}))

    assert asyncio.run(go())["stdout"] == seen


@pytest.mark.parametrize(
    ("texts", "ran"),
    [
        ({"create": "echo c", "update": "echo u"}, ["echo u"]),
        ({"create": "echo c"}, ["echo c"]),
        ({}, []),
    ],
)
def test_a_change_runs_update_else_create_else_nothing(texts: dict[str, str], ran: list[str]) -> None:
    async def go() -> tuple[list[str], dict[str, Any]]:
        async with sshd() as server:
            state = {"stdout": "old", "stderr": ""}
            outputs = await COMMAND.update(operation({"connection": server.connection(), **texts}, state))
            return server.commands, outputs

    commands, outputs = asyncio.run(go())
    assert commands == ran
    assert outputs["stdout"] == (ran[0][-1] if ran else "old")


def test_delete_uses_the_connection_of_the_state() -> None:
    async def go() -> list[str]:
        async with sshd() as server:
            state = {"connection": server.connection(), "delete": "echo bye", "stdout": "", "stderr": ""}
            await COMMAND.delete(operation({"connection": server.connection(port=1)}, state))
            return server.commands

    assert asyncio.run(go()) == ["echo bye"]
