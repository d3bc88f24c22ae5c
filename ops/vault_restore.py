"""`make vault-restore STACK= [SNAPSHOT=] [OTHER_KEYS=1] [YES=1]`: a snapshot in the place of all that the vault holds.

Without SNAPSHOT it lists those of all nodes; without YES it says what would be replaced and changes nothing. The token
that may restore is asked for, or comes by stdin; it is never an argument. Nothing is given where there is a first token.
"""

from __future__ import annotations

import argparse
import asyncio
import getpass
import json
import shlex
import sys
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

import asyncssh

from host_programs.contract.vault_boot import VAULT_BOOT, VAULT_SNAPSHOTS, Snapshot
from ops import access, ssh, stack
from ops.access import HostError, Login, Target
from ops.command import one_line_for

_SECONDS = 600
_SENT = f"{VAULT_SNAPSHOTS}/.restoring"

Run = Callable[[str, str, bytes], Awaitable[bytes]]
"""Runs a command as root on a node, with its stdin; its stdout. Raises HostError."""


async def listed(nodes: Sequence[str], run: Run) -> dict[str, list[Snapshot]]:
    """Each node's snapshots, oldest first; of a node that cannot be asked, HostError."""
    answers = [await run(node, f"{VAULT_BOOT} snapshots", b"") for node in nodes]
    return {node: json.loads(answer) for node, answer in zip(nodes, answers, strict=True)}


def table(found: dict[str, list[Snapshot]]) -> str:
    """One line for each, the newest last."""
    rows = sorted((one["taken"], node, one) for node, kept in found.items() for one in kept)
    if not rows:
        return "no snapshot yet: nodes take the first one five minutes after make up"
    lines = [f"{'TAKEN':20}  {'NODE':10}  {'KIB':>8}  SNAPSHOT"]
    lines += [f"{taken:20}  {node:10}  {one['bytes'] // 1024:8}  {one['name']}" for taken, node, one in rows]
    return "\n".join(lines)


async def content(snapshot: str, nodes: Sequence[str], run: Run) -> bytes:
    """A snapshot's bytes: of a file here, or by its name from the node that has it.

    Raises:
        StackError: neither is there.
        HostError: the node cannot be asked.
    """
    if Path(snapshot).is_file():
        return Path(snapshot).read_bytes()
    for node in nodes:
        if snapshot.startswith(f"{node}-"):
            kept = (await listed([node], run))[node]
            path = next((one["path"] for one in kept if one["name"] == snapshot), None)
            if path is not None:
                return await run(node, f"cat {shlex.quote(path)}", b"")
    raise stack.StackError(
        f"SNAPSHOT={snapshot}: neither a file here nor a snapshot on a node: make vault-restore lists them"
    )


async def restore(founder: str, data: bytes, token: str, run: Run, *, other_keys: bool, yes: bool) -> str:
    """Have the founder put it in; what vault-boot says. Raises HostError."""
    words = [VAULT_BOOT, "restore", _SENT]
    words += ["--other-keys"] if other_keys else []
    words += [] if yes else ["--dry-run"]
    await run(founder, f"sh -c {shlex.quote(f'umask 077; cat >{_SENT}')}", data)
    try:
        return (await run(founder, " ".join(words), f"{token}\n".encode())).decode().strip()
    finally:
        await run(founder, f"rm -f {_SENT}", b"")


def over_ssh(targets: dict[str, Target], login: Login, tunnel: asyncssh.SSHClientConnection | None) -> Run:
    """The way to real nodes."""

    async def run(node: str, command: str, given: bytes) -> bytes:
        async with ssh.connect(targets[node], login, tunnel) as connection:
            try:
                done = await connection.run(
                    f"sudo -n {command}", input=given, encoding=None, timeout=_SECONDS
                )
            except (TimeoutError, asyncssh.Error, OSError) as error:
                raise HostError("failed", f"{node}: {command}: {error}") from None
        if done.exit_status != 0:
            words = _bytes(done.stderr).decode(errors="replace").strip()
            raise HostError("failed", f"{node}: {words or f'exit {done.exit_status}: {command}'}")
        return _bytes(done.stdout)

    return run


def _bytes(given: bytes | str | None) -> bytes:
    return given if isinstance(given, bytes) else (given or "").encode()


def _token() -> str:
    if sys.stdin.isatty():
        return getpass.getpass("token that may restore (empty: the vault was initialised again): ").strip()
    return sys.stdin.readline().strip()


async def _main(options: argparse.Namespace) -> str:
    config = stack.load(options.stack, options.config_file)
    if config.vault is None:
        raise stack.StackError(f"stack {options.stack} has no cloud:vault")
    nodes = list(config.vault.hosts(config))
    targets, login = access.reach(config)
    async with ssh.way(login) as tunnel:
        run = over_ssh(targets, login, tunnel)
        if not options.snapshot:
            return f"{table(await listed(nodes, run))}\non each node in {VAULT_SNAPSHOTS}"
        data = await content(options.snapshot, nodes, run)
        token = _token() if options.yes else ""
        said = await restore(nodes[0], data, token, run, other_keys=options.other_keys, yes=options.yes)
    return said if options.yes else f"{said}\nto do it: YES=1"


@one_line_for(stack.StackError, HostError, OSError)
def main(argv: Sequence[str] | None = None) -> int:
    """The command; returns its exit code."""
    parser = argparse.ArgumentParser(prog="python -m ops.vault_restore", description=__doc__)
    stack.arguments(parser)
    parser.add_argument("--snapshot", help="a file here, or the name of a node's; none: list them")
    parser.add_argument("--other-keys", action="store_true", help="of a cluster from before this one")
    parser.add_argument(
        "--yes", action="store_true", help="do it; otherwise only show what would be replaced"
    )
    options = parser.parse_args(argv)
    sys.stdout.write(f"{asyncio.run(_main(options))}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
