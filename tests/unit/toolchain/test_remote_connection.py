"""The connection of a remote command: whom it trusts, how long it tries, and how it ends."""

from __future__ import annotations

import asyncio
import socket
from typing import Any

import grpc
import pytest

from tests.unit.toolchain.commands import COMMAND, create
from tests.unit.toolchain.operations import Lines, operation
from tests.unit.toolchain.sshd import HOST_KEY, OTHER_KEY, Sshd, private, public, sshd
from toolchain.plugins.base.errors import ProviderError


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
