"""One remote command against a fresh SSH server."""

from __future__ import annotations

import asyncio
from typing import Any

from tests.unit.toolchain.operations import Lines, operation
from tests.unit.toolchain.sshd import Sshd, sshd
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
