"""A Python process that waits, with the SDK imported, for the program that it is to run."""

from __future__ import annotations

import asyncio
import struct
import subprocess
from contextlib import suppress
from pathlib import Path

from pulumi.runtime.proto import language_pb2 as pb

_EXECUTOR = Path(__file__).with_name("execute.py")
_STOP_SECONDS = 3.0


class Program:
    """One process for one run.

    Args:
        python: The interpreter.
    """

    def __init__(self, python: str) -> None:
        self.python = python
        # -u: what the program prints shows at once; its stdout and stderr are ours, which the engine reads.
        # Its own session: the host alone ends it, and Ctrl-C gives no second traceback.
        self._process = subprocess.Popen(
            [python, "-u", "-P", str(_EXECUTOR)], stdin=subprocess.PIPE, start_new_session=True
        )

    async def run(self, request: pb.RunRequest, engine: str) -> int:
        """Run the program; return its exit code (negative: the signal that ended it)."""
        address = engine.encode()
        message = request.SerializeToString()
        stdin = self._process.stdin
        assert stdin is not None  # noqa: S101 - it is a pipe
        with suppress(BrokenPipeError):  # it ended before, and its exit code says why
            stdin.write(struct.pack("!II", len(address), len(message)) + address + message)
            stdin.flush()
        return await self._end()

    async def stop(self) -> None:
        """End the process if it still runs."""
        with suppress(BrokenPipeError):
            if self._process.stdin is not None:
                self._process.stdin.close()
        if self._process.poll() is not None:
            return
        self._process.terminate()
        try:
            async with asyncio.timeout(_STOP_SECONDS):
                await self._end()
        except TimeoutError:
            self._process.kill()
            await self._end()

    async def _end(self) -> int:
        return await asyncio.get_running_loop().run_in_executor(None, self._process.wait)
