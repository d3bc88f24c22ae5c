"""`command:local:Command`: a real command on this machine."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from tests.unit.toolchain.operations import Lines, operation
from toolchain.plugins.base.errors import ProviderError
from toolchain.plugins.command.globs import collect
from toolchain.plugins.command.local import LocalCommand

COMMAND = LocalCommand()


def create(log: Lines | None = None, **inputs: Any) -> dict[str, Any]:
    return asyncio.run(COMMAND.create(operation(inputs, log=log)))[1]


def test_stdin_environment_directory_and_interpreter_reach_the_command(tmp_path: Path) -> None:
    outputs = create(
        create="cat; echo $WHO; pwd",
        stdin="in,",
        environment={"WHO": "me"},
        dir=str(tmp_path),
        interpreter=["/bin/sh", "-c"],
    )
    assert outputs["stdout"] == f"in,me\n{tmp_path}"


def test_a_failure_says_the_code_and_the_end_of_stderr_but_not_the_command() -> None:
    with pytest.raises(ProviderError) as caught:
        create(create="echo reason >&2; exit 4 # canary")
    assert str(caught.value) == "this machine: the command exited with code 4:\n  reason"


@pytest.mark.parametrize("inputs", [{"dir": "/nonexistent"}, {"interpreter": ["/nonexistent"]}], ids=repr)
def test_a_command_that_can_not_start_is_said(inputs: dict[str, Any]) -> None:
    with pytest.raises(ProviderError, match="was not started"):
        create(create="true", **inputs)


def test_output_is_shown_as_logging_says() -> None:
    log = Lines()
    create(log, create="echo out; echo err >&2", logging="stderr")
    assert log.texts == ["err"]


def test_cancelling_ends_the_command_and_what_it_started(tmp_path: Path) -> None:
    """The pipe is closed when the last process that has it open, the command's child, is gone."""

    async def go() -> bytes:
        fifo = tmp_path / "fifo"
        import os

        os.mkfifo(fifo)
        inputs = {"create": f"echo on; (sleep 60 & wait) >{fifo}"}
        started = asyncio.Event()

        async def seen(_text: str) -> None:
            started.set()

        task = asyncio.create_task(COMMAND.create(operation(inputs, log=Lines(on_line=seen))))
        await started.wait()
        with fifo.open("rb") as reader:
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            return await asyncio.to_thread(reader.read)

    assert asyncio.run(asyncio.wait_for(go(), 5)) == b""


GLOBS: list[tuple[list[str], list[str]]] = [
    (["assets/**", "src/**.js", "!**secret.*"], ["assets/logos/logo.svg", "src/index.js"]),
    (["*"], ["top.txt"]),
    (["src/{index,secret}.js"], ["src/index.js", "src/secret.js"]),
    (["src/[!s]*.js"], ["src/index.js"]),
    (["**", "!**", "top.???"], ["top.txt"]),
]


@pytest.mark.parametrize(("globs", "chosen"), GLOBS, ids=repr)
def test_globs_choose_files(globs: list[str], chosen: list[str], tmp_path: Path) -> None:
    for name in ("assets/logos/logo.svg", "src/index.js", "src/secret.js", "top.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)
    assert sorted(collect(tmp_path, globs)) == chosen


def test_chosen_files_become_outputs(tmp_path: Path) -> None:
    outputs = create(create="echo x >made", dir=str(tmp_path), assetPaths=["made"], archivePaths=["made"])
    assert list(outputs["assets"]) == list(outputs["archive"].assets) == ["made"]
    assert outputs["archive"].hash
