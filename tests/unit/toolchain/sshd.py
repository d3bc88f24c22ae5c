"""A real SSH server inside the test's process: what it was asked to run is what the tests look at."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import asyncssh

USER = "cloud"
HOST_KEY = asyncssh.generate_private_key("ssh-ed25519")
OTHER_KEY = asyncssh.generate_private_key("ssh-ed25519")
USER_KEY = asyncssh.generate_private_key("ssh-ed25519")


def public(key: asyncssh.SSHKey) -> str:
    return key.export_public_key().decode().strip()


def private(key: asyncssh.SSHKey) -> str:
    return key.export_private_key().decode()


@dataclass
class Sshd:
    port: int = 0
    commands: list[str] = field(default_factory=list)
    environments: list[dict[str, str]] = field(default_factory=list)
    logins: int = 0
    connections: int = 0
    open: int = 0
    closed: asyncio.Event = field(default_factory=asyncio.Event)
    started: asyncio.Event = field(default_factory=asyncio.Event)
    links: list[asyncssh.SSHServerConnection] = field(default_factory=list)

    def drop(self) -> None:
        """Lose every connection, as a broken network does."""
        for link in self.links:
            link.abort()

    def connection(self, **changes: Any) -> dict[str, Any]:
        values = {
            "host": "127.0.0.1",
            "port": self.port,
            "user": USER,
            "privateKey": private(USER_KEY),
            "hostKey": public(HOST_KEY),
            "dialErrorLimit": 0,
            "perDialTimeout": 5,
        }
        return {name: value for name, value in {**values, **changes}.items() if value is not None}


class _Server(asyncssh.SSHServer):
    def __init__(self, sshd: Sshd) -> None:
        self.sshd = sshd

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        self.sshd.connections += 1
        self.sshd.open += 1
        self.sshd.links.append(conn)

    def connection_lost(self, exc: Exception | None) -> None:
        self.sshd.open -= 1
        self.sshd.closed.set()

    def begin_auth(self, username: str) -> bool:
        self.sshd.logins += 1
        return True

    def public_key_auth_supported(self) -> bool:
        return True

    def validate_public_key(self, username: str, key: asyncssh.SSHKey) -> bool:
        return username == USER and key == USER_KEY.convert_to_public()

    def password_auth_supported(self) -> bool:
        return True

    def validate_password(self, username: str, password: str) -> bool:
        return password == "right"

    def connection_requested(self, *_: Any) -> bool:
        return True  # this server is a bastion, too


async def _run(process: asyncssh.SSHServerProcess[bytes], sshd: Sshd) -> None:
    command = process.command or ""
    sshd.commands.append(command)
    sshd.environments.append(dict(process.env))
    sshd.started.set()
    shell = await asyncio.create_subprocess_shell(
        command,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env={"PATH": "/usr/bin:/bin", **process.env},
        start_new_session=True,
    )
    pumps = [
        asyncio.create_task(_pump(shell.stdout, process.stdout)),
        asyncio.create_task(_pump(shell.stderr, process.stderr)),
    ]
    feed = asyncio.create_task(_pump(process.stdin, shell.stdin))
    try:
        await asyncio.gather(*pumps)
        process.exit(await shell.wait())
    finally:
        feed.cancel()
        if shell.returncode is None:
            with suppress(ProcessLookupError):
                os.killpg(shell.pid, signal.SIGKILL)


async def _pump(source: Any, target: Any) -> None:
    with suppress(ConnectionError, asyncssh.Error):
        while data := await source.read(65536):
            target.write(data)
            await target.drain()
    if isinstance(target, asyncio.StreamWriter):  # an SSH channel has one end for both of its streams
        target.close()


@asynccontextmanager
async def sshd(
    root: Path | None = None, *, port: int = 0, state: Sshd | None = None, **options: Any
) -> AsyncIterator[Sshd]:
    """Serve until the block ends; `root` is the login folder of SFTP."""
    server = state or Sshd()
    acceptor = await asyncssh.listen(
        "127.0.0.1",
        port,
        server_factory=lambda: _Server(server),
        server_host_keys=[HOST_KEY],
        process_factory=lambda process: _run(process, server),
        sftp_factory=(lambda channel: asyncssh.SFTPServer(channel, chroot=str(root).encode()))
        if root
        else None,
        encoding=None,
        config=None,
        **options,
    )
    server.port = acceptor.get_port()
    try:
        yield server
    finally:
        acceptor.close()
        await acceptor.wait_closed()
