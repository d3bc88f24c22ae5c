"""`command:remote:Command` against a real SSH server: what runs, what does not, and what is said."""

from __future__ import annotations

import asyncio
import socket
from typing import Any

import grpc
import pytest

from tests.unit.toolchain.operations import Lines, operation
from tests.unit.toolchain.sshd import HOST_KEY, OTHER_KEY, Sshd, private, public, sshd
from toolchain.plugins.base.errors import ProviderError
from toolchain.plugins.command.remote import RemoteCommand

COMMAND = RemoteCommand()


def create(
    connection: dict[str, Any] | None = None, *, log: Lines | None = None, **inputs: Any
) -> tuple[Sshd, Any]:
    """Create one command against a fresh server; the outputs, or the error."""

    async def go() -> tuple[Sshd, Any]:
        async with sshd() as server:
            wanted = {"connection": server.connection(**(connection or {})), **inputs}
            try:
                return server, (await COMMAND.create(operation(wanted, log=log)))[1]
            except ProviderError as error:
                return server, error

    return asyncio.run(go())


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


def test_a_wrong_host_key_names_both_fingerprints_runs_nothing_and_is_not_retried() -> None:
    server, error = create({"hostKey": public(OTHER_KEY), "dialErrorLimit": 10}, create="echo ran")
    assert OTHER_KEY.get_fingerprint() in str(error)
    assert HOST_KEY.get_fingerprint() in str(error)
    assert "no command was run" in str(error)
    assert (server.connections, server.logins, server.commands) == (1, 0, [])


def test_a_pinned_key_of_a_type_that_the_host_does_not_have_is_a_wrong_host_key() -> None:
    import asyncssh

    pinned = asyncssh.generate_private_key("ecdsa-sha2-nistp256")
    server, error = create({"hostKey": public(pinned)}, create="echo ran")
    assert pinned.get_fingerprint() in str(error)
    assert HOST_KEY.get_fingerprint() in str(error)
    assert server.commands == []


def test_without_a_pinned_key_any_host_is_taken_as_in_the_official_plugin() -> None:
    _, outputs = create({"hostKey": None}, create="echo ran")
    assert outputs["stdout"] == "ran"


def test_a_refused_login_is_not_retried() -> None:
    server, error = create({"privateKey": private(OTHER_KEY), "dialErrorLimit": 10}, create="echo ran")
    assert error.code is grpc.StatusCode.PERMISSION_DENIED
    assert "tried private key" in str(error)
    assert server.connections == 1


def test_a_password_logs_in() -> None:
    _, outputs = create({"privateKey": None, "password": "right"}, create="echo ran")
    assert outputs["stdout"] == "ran"


def test_an_encrypted_private_key_needs_its_password() -> None:
    from tests.unit.toolchain.sshd import USER_KEY

    key = USER_KEY.export_private_key("pkcs8-pem", passphrase="open").decode()
    _, outputs = create({"privateKey": key, "privateKeyPassword": "open"}, create="echo ran")
    assert outputs["stdout"] == "ran"
    _, error = create({"privateKey": key}, create="echo ran")
    assert "private key is not readable: Passphrase must be specified" in str(error)


def test_a_host_that_comes_up_later_is_reached_and_the_wait_is_shown() -> None:
    async def go() -> tuple[dict[str, Any], list[str]]:
        with socket.create_server(("127.0.0.1", 0)) as probe:
            port = probe.getsockname()[1]
        state, waiting, ready, done = Sshd(port=port), asyncio.Event(), asyncio.Event(), asyncio.Event()

        async def serve_when_missed() -> None:
            await waiting.wait()
            async with sshd(port=port, state=state):
                ready.set()
                await done.wait()

        async def missed(_text: str) -> None:
            waiting.set()
            await ready.wait()

        log = Lines(on_line=missed)
        server = asyncio.create_task(serve_when_missed())
        inputs = {"connection": state.connection(dialErrorLimit=3), "create": "echo up", "logging": "none"}
        _, outputs = await COMMAND.create(operation(inputs, log=log))
        done.set()
        await server
        return outputs, log.texts

    outputs, texts = asyncio.run(go())
    assert outputs["stdout"] == "up"
    assert len(texts) == 1
    assert "attempt 1/3, trying again" in texts[0]


def test_attempts_end_at_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("toolchain.plugins.command.dial._FIRST_PAUSE", 0.001)

    async def go() -> tuple[ProviderError, list[str]]:
        with socket.create_server(("127.0.0.1", 0)) as probe:
            port = probe.getsockname()[1]
        log = Lines()
        inputs = {"connection": Sshd(port=port).connection(dialErrorLimit=2), "create": "true"}
        with pytest.raises(ProviderError) as caught:
            await COMMAND.create(operation(inputs, log=log))
        return caught.value, log.texts

    error, texts = asyncio.run(go())
    assert "can not connect after 3 attempts" in str(error)
    assert "No command was run" in str(error)
    assert len(texts) == 2


def test_a_host_that_takes_the_connection_and_stays_silent_is_given_up() -> None:
    async def go() -> ProviderError:
        silent = await asyncio.start_server(lambda _r, _w: None, "127.0.0.1", 0)
        async with silent:
            port = silent.sockets[0].getsockname()[1]
            inputs = {"connection": Sshd(port=port).connection(perDialTimeout=0.05), "create": "true"}
            with pytest.raises(ProviderError) as caught:
                await COMMAND.create(operation(inputs))
        return caught.value

    assert "no answer within 0.05 s" in str(asyncio.run(go()))


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


def test_every_operation_opens_its_own_connection_and_closes_it() -> None:
    async def go() -> Sshd:
        async with sshd() as server:
            inputs = {"connection": server.connection(), "create": "true"}
            for _ in range(3):
                server.closed.clear()
                await COMMAND.create(operation(inputs))
                await server.closed.wait()
            return server

    server = asyncio.run(go())
    assert (server.connections, server.open) == (3, 0)


def test_cancelling_closes_the_connection_at_once() -> None:
    async def go() -> Sshd:
        async with sshd() as server:
            inputs = {"connection": server.connection(), "create": "sleep 60"}
            task = asyncio.create_task(COMMAND.create(operation(inputs)))
            await server.started.wait()
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            await asyncio.wait_for(server.closed.wait(), 5)
            return server

    assert asyncio.run(go()).open == 0


def test_a_connection_lost_on_the_way_is_said_and_not_taken_for_success() -> None:
    async def go() -> ProviderError:
        async with sshd() as server:
            inputs = {"connection": server.connection(), "create": "sleep 60"}
            task = asyncio.create_task(COMMAND.create(operation(inputs)))
            await server.started.wait()
            server.drop()
            with pytest.raises(ProviderError) as caught:
                await task
            return caught.value

    assert "the connection was lost" in str(asyncio.run(go()))


def test_a_bastion_is_gone_through_and_its_own_key_is_checked() -> None:
    async def go(key: str) -> tuple[Sshd, Any]:
        async with sshd() as bastion, sshd() as target:
            inputs = {
                "connection": target.connection(proxy=bastion.connection(hostKey=key)),
                "create": "echo through",
            }
            try:
                return target, (await COMMAND.create(operation(inputs)))[1]
            except ProviderError as error:
                return target, error

    target, outputs = asyncio.run(go(public(HOST_KEY)))
    assert outputs["stdout"] == "through"
    target, error = asyncio.run(go(public(OTHER_KEY)))
    assert "wrong host key" in str(error)
    assert target.connections == 0
