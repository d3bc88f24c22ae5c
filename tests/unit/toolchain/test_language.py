"""The language host: which interpreter, what a failed program shows, and the SDK's two costly habits."""

from __future__ import annotations

import asyncio
import sys
import types
from pathlib import Path

import pytest
from google.protobuf.struct_pb2 import Struct
from pulumi import log
from pulumi.runtime import stack
from pulumi.runtime.proto import language_pb2 as pb

from toolchain.language import execute
from toolchain.language.host import LanguageHost
from toolchain.language.interpreter import interpreter
from toolchain.language.program import Program


def project(folder: Path, **options: str) -> pb.ProgramInfo:
    info = pb.ProgramInfo(root_directory=str(folder), program_directory=str(folder), entry_point=".")
    given = Struct()
    given.update(options)
    info.options.CopyFrom(given)
    return info


def test_without_a_virtual_environment_our_own_interpreter_runs_the_program(tmp_path: Path) -> None:
    assert interpreter(project(tmp_path)) == sys.executable


def test_a_virtual_environment_is_relative_to_the_project(tmp_path: Path) -> None:
    python = tmp_path / "env" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.touch()
    assert interpreter(project(tmp_path, virtualenv="env")) == str(python)


def test_our_own_environment_by_another_path_is_our_own_interpreter(tmp_path: Path) -> None:
    (tmp_path / "env").symlink_to(sys.prefix)
    assert interpreter(project(tmp_path, virtualenv="env")) == sys.executable


def test_a_missing_virtual_environment_is_said(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="pulumi install"):
        interpreter(project(tmp_path, virtualenv="gone"))


@pytest.mark.parametrize(
    ("script", "answer"),
    [
        ("exit 0", pb.RunResponse()),
        ("exit 32", pb.RunResponse(bail=True)),
        ("exit 3", pb.RunResponse(error="the program exited with code 3")),
        ("kill -9 $$", pb.RunResponse(error="the program was ended by signal 9")),
    ],
)
def test_the_end_of_a_program_becomes_the_answer(script: str, answer: pb.RunResponse, tmp_path: Path) -> None:
    python = tmp_path / "env" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(f"#!/bin/sh\n{script}\n")
    python.chmod(0o755)
    request = pb.RunRequest(info=project(tmp_path, virtualenv="env"))
    assert asyncio.run(LanguageHost("127.0.0.1:1").Run(request, None)) == answer


def test_a_waiting_process_ends_without_a_word_when_there_is_no_run(
    capfd: pytest.CaptureFixture[str],
) -> None:
    asyncio.run(Program(sys.executable).stop())
    assert capfd.readouterr() == ("", "")


def test_a_traceback_begins_in_the_program(tmp_path: Path) -> None:
    entry = tmp_path / "__main__.py"
    entry.write_text("def deep():\n    raise ValueError('boom')\ndeep()\n")
    try:
        execute._program(str(entry))
    except ValueError:
        text = execute._traceback()
    assert text.count("File ") == 2
    assert text.count(str(entry)) == 2


def test_the_sdk_s_own_debug_messages_are_dropped_and_the_program_s_are_sent(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sent: list[str] = []
    monkeypatch.setattr(log, "debug", sent.append)
    execute._without_sdk_traces()
    log.debug("from the program")
    sdk = types.ModuleType("pulumi.runtime.any")
    exec("def say(log):\n    log.debug('from the SDK')", vars(sdk))  # noqa: S102
    sdk.say(log)
    assert sent == ["from the program"]


def test_waiting_in_batches_gives_each_output_back_exactly_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stack, "asyncio", asyncio)
    execute._wait_in_batches()

    async def go() -> int:
        gates = [asyncio.Event() for _ in range(50)]
        tasks = {asyncio.ensure_future(gate.wait()) for gate in gates}
        asyncio.get_running_loop().call_soon(gates[0].set)
        for gate in gates[1:]:
            asyncio.get_running_loop().call_later(0.001, gate.set)
        pending, seen = set(tasks), 0
        while pending:
            done, pending = await vars(stack)["asyncio"].wait(pending, return_when=asyncio.FIRST_COMPLETED)
            assert all(task.done() for task in done)
            seen += len(done)
        return seen

    assert asyncio.run(go()) == 50
