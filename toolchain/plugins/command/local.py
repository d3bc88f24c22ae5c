"""`command:local:Command`: run a command on this machine."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import grpc

from toolchain.plugins.base.errors import ProviderError
from toolchain.plugins.base.resource import Operation
from toolchain.plugins.base.wire import archive_of_paths
from toolchain.plugins.command.command import CommandResource
from toolchain.plugins.command.environment import previous_output
from toolchain.plugins.command.globs import collect
from toolchain.plugins.command.output import Logging, Stream, failure

_SHELL = ["/bin/sh", "-c"]
_TERM_SECONDS = 5.0  # what a command gets to end by itself when the run is cancelled


class LocalCommand(CommandResource):
    """The command runs in its own process group, so that cancelling ends what it started, too."""

    async def run(self, command: str, inputs: Mapping[str, Any], operation: Operation) -> dict[str, Any]:
        """Run, return stdout, stderr and the files asked for.

        Raises:
            ProviderError: No such directory or interpreter, or an exit code other than 0.
        """
        logged = Logging(inputs.get("logging") or Logging.BOTH)
        streams = {
            name: Stream(operation.log if logged.shows(name) else None) for name in ("stdout", "stderr")
        }
        folder = inputs.get("dir") or str(Path.cwd())
        stdin = (inputs.get("stdin") or "").encode()
        process = await _start([*(inputs.get("interpreter") or _SHELL), command], folder, inputs, operation)
        assert process.stdin is not None  # noqa: S101 - all three are pipes
        assert process.stdout is not None  # noqa: S101
        assert process.stderr is not None  # noqa: S101
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(streams["stdout"].drain(process.stdout.read))
                group.create_task(streams["stderr"].drain(process.stderr.read))
                group.create_task(_send(process.stdin, stdin))
            code = await process.wait()
        finally:
            await _end(process)
        if code != 0:
            status = f"was killed by {signal.Signals(-code).name}" if code < 0 else f"exited with code {code}"
            raise ProviderError(failure("this machine", status, streams["stderr"], logged))
        outputs: dict[str, Any] = {name: stream.text for name, stream in streams.items()}
        if inputs.get("assetPaths") is not None:
            outputs["assets"] = collect(Path(folder), inputs["assetPaths"])
        if inputs.get("archivePaths") is not None:
            outputs["archive"] = archive_of_paths(collect(Path(folder), inputs["archivePaths"]))
        return outputs


async def _start(
    arguments: list[str], folder: str, inputs: Mapping[str, Any], operation: Operation
) -> asyncio.subprocess.Process:
    environment = {
        **os.environ,
        **(inputs.get("environment") or {}),
        **previous_output(inputs, operation.state),
    }
    try:
        return await asyncio.create_subprocess_exec(
            *arguments,
            cwd=folder,
            env=environment,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            start_new_session=True,
        )
    except OSError as error:
        msg = f"this machine: the command was not started: {error.strerror}: {error.filename}"
        raise ProviderError(msg, grpc.StatusCode.FAILED_PRECONDITION) from None


async def _send(stdin: asyncio.StreamWriter, data: bytes) -> None:
    with suppress(ConnectionError):  # a command need not read its stdin
        stdin.write(data)
        await stdin.drain()
    stdin.close()


async def _end(process: asyncio.subprocess.Process) -> None:
    """End what still runs: first with a word, then without; never wait for what will not end."""
    if process.returncode is not None:
        return
    for number in (signal.SIGTERM, signal.SIGKILL):
        with suppress(ProcessLookupError):
            os.killpg(process.pid, number)
        with suppress(TimeoutError):
            async with asyncio.timeout(_TERM_SECONDS):
                # Not wait(): that also waits for the pipes, which a stray child may hold open.
                await _exited(process.pid)
            break


async def _exited(pid: int) -> None:
    """Wait until the process is gone, without taking its exit code from asyncio."""
    try:
        descriptor = os.pidfd_open(pid)
    except ProcessLookupError:
        return
    loop, gone = asyncio.get_running_loop(), asyncio.Event()
    loop.add_reader(descriptor, gone.set)
    try:
        await gone.wait()
    finally:
        loop.remove_reader(descriptor)
        os.close(descriptor)
