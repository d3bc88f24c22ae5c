"""A stand-in for hosts, not a host: `python -m bench.stand_in KEYS PORT`.

Listens on every address of KEYS (JSON: address → private host key), takes any login, any file and any
command, and answers that all is well. It lets the engine's own costs be measured without machines.
"""

from __future__ import annotations

import asyncio
import json
import sys
import tempfile
from pathlib import Path
from typing import Any

import asyncssh

ANSWER = json.dumps({"changed": [], "ok": 41})


class AnyLogin(asyncssh.SSHServer):
    """Lets everybody in."""

    def begin_auth(self, username: str) -> bool:
        """No authentication at all."""
        del username
        return False


async def answer(process: asyncssh.SSHServerProcess[str]) -> None:
    """Read the state to its end, as hostctl does, and say that nothing had to be changed."""
    await process.stdin.read()
    process.stdout.write(f"{ANSWER}\n")
    process.exit(0)


async def serve(keys: dict[str, str], port: int, folder: str) -> None:
    """Listen for ever; says `ready` when all addresses do."""

    def files(channel: Any) -> asyncssh.SFTPServer:
        return asyncssh.SFTPServer(channel, chroot=folder.encode())

    for address, key in keys.items():
        await asyncssh.listen(
            address,
            port,
            server_factory=AnyLogin,
            server_host_keys=[asyncssh.import_private_key(key)],
            process_factory=answer,
            sftp_factory=files,
            backlog=50,
        )
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    await asyncio.Event().wait()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as place:
        asyncio.run(serve(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")), int(sys.argv[2]), place))
