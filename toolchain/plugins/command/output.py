"""What a command prints: kept whole for the outputs, shown line by line while it runs."""

from __future__ import annotations

import codecs
import logging
from collections.abc import Awaitable, Callable
from enum import StrEnum
from typing import Final

from toolchain.plugins.base.resource import Log

_TAIL_LINES: Final = 20
_TAIL_CHARACTERS: Final = 4000
_CHUNK: Final = 64 * 1024


class Logging(StrEnum):
    """Which streams are shown; all are always kept as outputs."""

    STDOUT = "stdout"
    STDERR = "stderr"
    BOTH = "stdoutAndStderr"
    NONE = "none"

    def shows(self, stream: str) -> bool:
        """Whether `stdout` or `stderr` is shown."""
        return self == Logging.BOTH or self == stream  # noqa: PLR1714 - a stream's name is a mode, too


class Stream:
    """One stream of a command.

    Args:
        log: Shows a line; None shows nothing.
    """

    def __init__(self, log: Log | None) -> None:
        self._log = log
        self._text: list[str] = []
        self._line: list[str] = []
        self._decode = codecs.getincrementaldecoder("utf-8")("replace").decode

    async def drain(self, read: Callable[[int], Awaitable[bytes]]) -> None:
        """Read to the end, showing each line when it is whole, however long it is."""
        while chunk := await read(_CHUNK):
            await self._take(self._decode(chunk))
        await self._take(self._decode(b"", True))
        await self._show("".join(self._line))

    async def _take(self, text: str) -> None:
        self._text.append(text)
        if self._log is None or not text:
            return
        *whole, rest = text.split("\n")
        for line in whole:
            await self._show("".join([*self._line, line]))
            self._line.clear()
        self._line.append(rest)

    async def _show(self, line: str) -> None:
        if self._log is not None and line.strip():
            await self._log(line.rstrip(), logging.INFO, False)

    @property
    def text(self) -> str:
        """All of it, without one newline at the end (as the official plugin)."""
        return "".join(self._text).removesuffix("\n")

    @property
    def tail(self) -> str:
        """The last lines, for an error."""
        lines = self.text[-_TAIL_CHARACTERS:].splitlines()[-_TAIL_LINES:]
        return "\n".join(f"  {line}" for line in lines)


def failure(where: str, status: str, stderr: Stream, logged: Logging) -> str:
    """The message for a command that failed: where, how, the end of stderr; never the command or its stdin.

    A command whose output must not be logged may print secrets, so its stderr stays out of the message, too.
    """
    if logged is Logging.NONE:
        return f"{where}: the command {status} (its output is not shown: logging is none)"
    return f"{where}: the command {status}" + (
        f":\n{stderr.tail}" if stderr.tail else ", and printed nothing on stderr"
    )
