"""`command:remote:Command`: run a command on a host over SSH."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from toolchain.plugins.base.errors import ProviderError
from toolchain.plugins.base.resource import Operation
from toolchain.plugins.command.command import CommandResource
from toolchain.plugins.command.connection import parse
from toolchain.plugins.command.environment import previous_output
from toolchain.plugins.command.output import Logging, Stream, failure

if TYPE_CHECKING:
    import asyncssh


class RemoteCommand(CommandResource):
    """One new connection per command, closed after it."""

    async def run(self, command: str, inputs: Mapping[str, Any], operation: Operation) -> dict[str, Any]:
        """Connect, run, return stdout and stderr.

        Raises:
            ProviderError: No connection, an exit code other than 0, or a connection lost on the way.
        """
        # SSH is imported with the first command: a run in which nothing changes opens no connection.
        from toolchain.plugins.command.dial import dial  # noqa: PLC0415
        from toolchain.plugins.command.session import start  # noqa: PLC0415

        connection = parse(inputs["connection"])
        logged = Logging(inputs.get("logging") or Logging.BOTH)
        streams = {
            name: Stream(operation.log if logged.shows(name) else None) for name in ("stdout", "stderr")
        }
        async with dial(connection, operation.log) as link:
            process = await start(
                link,
                command,
                wanted=inputs.get("environment") or {},
                hoped=previous_output(inputs, operation.state),
                log=operation.log,
            )
            await _talk(process, inputs.get("stdin") or "", streams)
            status = _status(process)
        if status is not None:
            raise ProviderError(failure(connection.host, status, streams["stderr"], logged))
        return {name: stream.text for name, stream in streams.items()}


async def _talk(process: asyncssh.SSHClientProcess[bytes], stdin: str, streams: Mapping[str, Stream]) -> None:
    """Send stdin while both outputs are read, so that neither side can wait for the other.

    A connection that is lost ends it quietly: the missing exit status says so, and what came until then stays.
    """
    from asyncssh import Error  # noqa: PLC0415

    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(streams["stdout"].drain(process.stdout.read))
            group.create_task(streams["stderr"].drain(process.stderr.read))
            group.create_task(_send(process, stdin))
    except* (OSError, Error):
        pass
    else:
        await process.wait_closed()


async def _send(process: asyncssh.SSHClientProcess[bytes], stdin: str) -> None:
    try:
        if stdin:
            process.stdin.write(stdin.encode())
            await process.stdin.drain()
        process.stdin.write_eof()
    except (BrokenPipeError, ConnectionError):
        pass  # the command did not read all of it; its exit code says whether that was right


def _status(process: asyncssh.SSHClientProcess[bytes]) -> str | None:
    """How the command failed; None if it did not."""
    if process.exit_status == 0:
        return None
    if process.exit_signal is not None:
        return f"was killed by signal {process.exit_signal[0]}"
    if process.exit_status is None:
        return "did not finish: the connection was lost, and what it did until then is not known"
    return f"exited with code {process.exit_status}"
