"""Start a command in an SSH session, with environment variables that the host must accept.

SSH sends variables as requests before the command. asyncssh does not wait for the answer, and a host takes only
those that its sshd lists in AcceptEnv: a command would run without them, unnoticed. Here each answer is awaited
before the command is sent.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any, cast

import asyncssh
import grpc
from asyncssh.packet import String

from toolchain.plugins.base.errors import ProviderError
from toolchain.plugins.base.resource import Log

_HINT = (
    "sshd takes only what its AcceptEnv lists. Add it there, or set the variable in the command itself:"
    " `VAR=value command`; secrets belong into stdin."
)


class _RefusedError(Exception):
    """The host does not accept a variable."""


class _Process(asyncssh.SSHClientProcess[bytes]):
    """A process whose variables are confirmed before its command is sent."""

    wanted: Mapping[str, str] = {}
    hoped: Mapping[str, str] = {}

    def __init__(self) -> None:
        super().__init__()
        self.refused: list[str] = []

    def connection_made(self, chan: Any) -> None:
        super().connection_made(chan)
        request = chan._make_request

        async def guarded(kind: bytes, *arguments: bytes) -> bool | None:
            if kind == b"exec":
                for name, value in {**self.hoped, **self.wanted}.items():
                    if await request(b"env", String(name), String(value)):
                        continue
                    if name in self.wanted:
                        raise _RefusedError(name)
                    self.refused.append(name)
            accepted: bool | None = await request(kind, *arguments)
            return accepted

        chan._make_request = guarded


async def start(
    link: asyncssh.SSHClientConnection,
    command: str,
    *,
    wanted: Mapping[str, str],
    hoped: Mapping[str, str],
    log: Log,
) -> asyncssh.SSHClientProcess[bytes]:
    """Start a command.

    Args:
        link: The connection.
        command: The command line for the user's shell on the host.
        wanted: Variables without which the command must not run.
        hoped: Variables that are left out with a warning if the host refuses them.
        log: Takes the warning.
    """
    kind = type("_Process", (_Process,), {"wanted": wanted, "hoped": hoped})
    try:
        _, session = await link.create_session(kind, command, encoding=None)
    except _RefusedError as refused:
        msg = f"the host does not accept the environment variable {refused}, so no command was run. {_HINT}"
        raise ProviderError(msg, grpc.StatusCode.FAILED_PRECONDITION) from None
    except asyncssh.ChannelOpenError as error:
        msg = f"the host opened no session, so no command was run: {error.reason}"
        raise ProviderError(msg) from None
    process = cast("_Process", session)
    if process.refused:
        text = f"the host does not accept {', '.join(process.refused)}. {_HINT}"
        await log(text, logging.WARNING, True)
    return process
