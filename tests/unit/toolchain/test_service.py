"""The plugin over real gRPC, as the engine talks to it: its process, its answers, its errors."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import grpc
import grpc.aio
import pytest
from google.protobuf.empty_pb2 import Empty
from pulumi.runtime.proto import provider_pb2 as pb

from tests.dialogue import EngineService, talk
from toolchain.plugins.base.wire import UNKNOWN, Secret, wire, wire_fields

URN = "urn:pulumi:dev::p::cloud:host:HostPrep$command:{}::name"
LOCAL, REMOTE = URN.format("local:Command"), URN.format("remote:Command")
COPY = URN.format("remote:CopyToRemote")


def test_the_handshake_and_configure_promise_the_same() -> None:
    async def dialogue(plugin: Any, _engine: Any) -> None:
        shaken = await plugin.Handshake(pb.ProviderHandshakeRequest())
        configured = await plugin.Configure(pb.ConfigureRequest())
        assert (shaken.accept_secrets, shaken.accept_resources, shaken.accept_outputs) == (True, False, False)
        assert (configured.acceptSecrets, configured.acceptResources, configured.acceptOutputs) == (
            True,
            False,
            False,
        )
        assert configured.supportsPreview

    talk(dialogue)


def test_a_resource_lives_from_create_to_delete_and_its_secrets_stay_secret() -> None:
    async def dialogue(plugin: Any, engine: EngineService) -> None:
        inputs = wire_fields({"create": "cat", "delete": "echo bye", "stdin": Secret("text")})
        checked = await plugin.Check(pb.CheckRequest(urn=LOCAL, news=inputs))
        assert not checked.failures
        assert checked.inputs == inputs
        preview = await plugin.Create(pb.CreateRequest(urn=LOCAL, properties=inputs, preview=True))
        assert preview.id == ""
        assert preview.properties.fields["stdin"] == inputs.fields["stdin"]
        assert preview.properties.fields["stdout"] == wire(Secret(UNKNOWN))
        created = await plugin.Create(pb.CreateRequest(urn=LOCAL, properties=inputs))
        assert created.id.startswith("name")
        assert created.properties.fields["stdout"] == wire(Secret("text"))
        assert created.properties.fields["stdin"] == inputs.fields["stdin"]
        read = await plugin.Read(
            pb.ReadRequest(urn=LOCAL, id=created.id, properties=created.properties, inputs=inputs)
        )
        assert (read.id, read.properties, read.inputs) == (created.id, created.properties, inputs)
        same = await plugin.Diff(
            pb.DiffRequest(urn=LOCAL, olds=created.properties, old_inputs=inputs, news=inputs)
        )
        assert same.changes == same.DIFF_NONE
        engine.seen.clear()
        await plugin.Delete(pb.DeleteRequest(urn=LOCAL, id=created.id, properties=created.properties))
        assert engine.lines[-1] == (LOCAL, "bye", True)

    talk(dialogue)


def test_an_update_in_preview_makes_the_outputs_unknown_and_runs_nothing(tmp_path: Path) -> None:
    async def dialogue(plugin: Any, _engine: Any) -> Any:
        news = wire_fields({"create": f"touch {tmp_path}/ran"})
        return await plugin.Update(pb.UpdateRequest(urn=LOCAL, id="x", news=news, preview=True))

    answer = talk(dialogue)
    assert answer.properties.fields["stdout"] == wire(UNKNOWN)
    assert list(tmp_path.iterdir()) == []


def test_wrong_inputs_are_check_failures_that_name_them() -> None:
    async def dialogue(plugin: Any, _engine: Any) -> list[tuple[str, str]]:
        answer = await plugin.Check(pb.CheckRequest(urn=REMOTE, news=wire_fields({"creat": "x"})))
        return sorted((failure.property, failure.reason) for failure in answer.failures)

    assert talk(dialogue) == [
        ("connection", "is required and not set"),
        ("creat", "no such property; did you mean create?"),
    ]


# request, the status, what the message holds
ERRORS: list[tuple[str, Any, grpc.StatusCode, str]] = [
    (
        "Check",
        pb.CheckRequest(urn="urn:pulumi:d::p::command:local:Nope::n"),
        grpc.StatusCode.INVALID_ARGUMENT,
        "no resource type command:local:Nope; it has command:local:Command",
    ),
    (
        "Create",
        pb.CreateRequest(urn=LOCAL, properties=wire_fields({"create": "exit 2"})),
        grpc.StatusCode.ABORTED,
        "exited with code 2",
    ),
    (
        "Create",
        pb.CreateRequest(urn=LOCAL, properties=wire_fields({"create": "sleep 60"}), timeout=0.05),
        grpc.StatusCode.DEADLINE_EXCEEDED,
        "within the resource's timeout of 0.05 s",
    ),
    (
        "Create",
        pb.CreateRequest(urn=LOCAL, properties=wire_fields({"create": 1})),
        grpc.StatusCode.INTERNAL,
        "bug in the command plugin",
    ),
]


@pytest.mark.parametrize(("call", "request_", "code", "text"), ERRORS, ids=["type", "exit", "timeout", "bug"])
def test_an_error_says_by_its_code_whether_the_state_still_holds(
    call: str, request_: Any, code: grpc.StatusCode, text: str
) -> None:
    async def dialogue(plugin: Any, _engine: Any) -> grpc.aio.AioRpcError:
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await getattr(plugin, call)(request_)
        return caught.value

    error = talk(dialogue)
    assert error.code() is code
    assert text in error.details()


def test_cancel_ends_what_runs_and_lets_nothing_new_start() -> None:
    async def dialogue(plugin: Any, engine: EngineService) -> list[grpc.StatusCode]:
        async def create(command: str) -> grpc.StatusCode:
            with pytest.raises(grpc.aio.AioRpcError) as caught:
                await plugin.Create(pb.CreateRequest(urn=LOCAL, properties=wire_fields({"create": command})))
            return caught.value.code()

        running = asyncio.create_task(create("echo on; sleep 60"))
        await engine.seen.wait()
        await plugin.Cancel(Empty())
        return [await running, await create("true")]

    assert talk(dialogue) == [grpc.StatusCode.CANCELLED] * 2


def test_many_operations_run_beside_each_other(tmp_path: Path) -> None:
    """Each command waits for the other one's file: one after the other they would never end."""

    async def dialogue(plugin: Any, _engine: Any) -> None:
        def create(mine: str, other: str) -> Any:
            script = (
                f"mkfifo {mine} 2>/dev/null; mkfifo {other} 2>/dev/null; echo x >{mine} & cat {other}; wait"
            )
            properties = wire_fields({"create": script, "dir": str(tmp_path)})
            return plugin.Create(pb.CreateRequest(urn=LOCAL, properties=properties, timeout=5))

        await asyncio.gather(create("a", "b"), create("b", "a"))

    talk(dialogue)


@pytest.mark.parametrize(
    "module", ["toolchain.plugins.command", "toolchain.plugins.openstack", "toolchain.language"]
)
def test_a_process_gives_its_port_first_and_ends_quietly_on_sigint(module: str) -> None:
    repository = Path(__file__).parents[3]
    process = subprocess.Popen(
        [sys.executable, "-m", module],
        cwd=repository,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(repository)},
    )
    assert process.stdout is not None
    assert process.stdout.readline().strip().isdigit()
    process.send_signal(signal.SIGINT)
    assert process.communicate(timeout=5) == ("", "")
    assert process.returncode == 0
