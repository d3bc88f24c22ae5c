"""An SSH server on loopback that answers like a host with hostctl; what it was asked is kept."""

from __future__ import annotations

import contextlib
import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any

import asyncssh

from ops.access import Login, Target, public_text

Answer = tuple[int, str, str]


@dataclass
class FakeHost:
    """Groups as `hostctl check --json` tells of them; `--fix` mends, armed groups wait for a confirmation."""

    groups: dict[str, dict[str, Any]] = field(default_factory=dict)
    prepared: bool = True
    armed_by_fix: tuple[str, ...] = ("network", "firewall")
    rolls_back: bool = False
    cuts_connection: bool = False
    """The repair itself breaks the connection that it came by."""
    commands: list[tuple[int, str]] = field(default_factory=list)
    """Number of the connection, and what was run on it."""
    connections: int = 0
    target: Target = field(init=False)

    def answer(self, command: str) -> Answer:
        words = command.rpartition("hostctl ")[2].split()
        if not self.prepared:
            return 127, "", ""
        if words[0] == "confirm":
            if self.rolls_back:
                return 4, "", "hostctl: firewall: rolled back: not confirmed within 60 s\n"
            for name in words[1:]:
                self.groups[name]["status"] = "confirmed"
            return 0, "", ""
        named = [word for word in words[1:] if not word.startswith("--")] or list(self.groups)
        if "--fix" in words:
            for name in named:
                drifted, self.groups[name]["drift"] = self.groups[name]["drift"], []
                armed = drifted and name in self.armed_by_fix
                self.groups[name]["status"] = "armed" if armed else "confirmed"
                self.groups[name].pop("rejected", None)
        shown = {name: self.groups[name] for name in named}
        status = 3 if any(group["drift"] for group in shown.values()) else 0
        return status, json.dumps({"host": "h", "groups": shown}) + "\n", "checked\n"


def group(*drift: str, ok: int = 10, status: str = "confirmed") -> dict[str, Any]:
    return {"drift": list(drift), "ok": ok, "sha256": "0" * 64, "status": status}


@contextlib.asynccontextmanager
async def serving(
    hosts: dict[str, FakeHost], client: asyncssh.SSHKey, **options: Any
) -> AsyncIterator[dict[str, FakeHost]]:
    """Serve each host on a port of its own, with a key of its own."""
    async with contextlib.AsyncExitStack() as stack:
        for name, host in hosts.items():
            key = asyncssh.generate_private_key("ssh-ed25519")
            server = await stack.enter_async_context(_listen(host, key, client, options))
            host.target = Target(name, "127.0.0.1", public_text(key), server.get_port())
        yield hosts


@contextlib.asynccontextmanager
async def _listen(
    host: FakeHost, key: asyncssh.SSHKey, client: asyncssh.SSHKey, options: dict[str, Any]
) -> AsyncIterator[asyncssh.SSHAcceptor]:
    def handle(process: asyncssh.SSHServerProcess[str]) -> None:
        command = process.command or ""
        number = process.get_extra_info("connection").number
        host.commands.append((number, command))
        if host.cuts_connection and "--fix" in command:
            host.answer(command)
            process.get_extra_info("connection").abort()
            return
        status, out, err = host.answer(command)
        process.stdout.write(out)
        process.stderr.write(err)
        process.exit(status)

    server = await asyncssh.listen(
        "127.0.0.1",
        0,
        server_host_keys=[key],
        authorized_client_keys=asyncssh.import_authorized_keys(public_text(client)),
        process_factory=handle,
        acceptor=_numbered(host),
        **options,
    )
    try:
        yield server
    finally:
        server.close()
        await server.wait_closed()


def _numbered(host: FakeHost) -> Callable[[Any], None]:
    def accept(connection: Any) -> None:
        host.connections += 1
        connection.number = host.connections

    return accept


def operator() -> asyncssh.SSHKey:
    return asyncssh.generate_private_key("ssh-ed25519")


def login(key: asyncssh.SSHKey) -> Login:
    return Login("cloud", key, connect_timeout=5)
