"""A plugin's process: start the gRPC service, tell the engine the port, end when the engine does.

The engine starts `PLUGIN ENGINE_HOST:PORT`, reads the port from the first line of stdout and stops the process
with SIGINT. A plugin whose engine was killed notices that its parent is gone and ends, too.
"""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import sys
from collections.abc import Callable

import grpc
import grpc.aio

OPTIONS = (
    ("grpc.max_receive_message_length", 400 * 1024 * 1024),
    ("grpc.max_send_message_length", 400 * 1024 * 1024),
    ("grpc.so_reuseport", 0),
)
_GRACE = 2.0  # seconds that answers on their way get at the end
_PARENT_CHECK = 1.0  # seconds between two looks at the parent process


def engine_address(arguments: list[str]) -> str:
    """The engine's address, the last argument; empty when there is none (debug attach)."""
    plain = [argument for argument in arguments if not argument.startswith("-")]
    return plain[-1] if plain and ":" in plain[-1] else ""


def serve(register: Callable[[grpc.aio.Server], None]) -> None:
    """Run a plugin until it is told to stop.

    Args:
        register: Adds the services to the server.
    """
    # A few long-lived objects and many short-lived messages: collecting often would find nothing.
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
    asyncio.run(_serve(register))


async def _serve(register: Callable[[grpc.aio.Server], None]) -> None:
    server = grpc.aio.server(options=OPTIONS)
    register(server)
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopped.set)
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()
    parent = os.getppid()
    while not stopped.is_set() and os.getppid() == parent:
        try:
            await asyncio.wait_for(stopped.wait(), _PARENT_CHECK)
        except TimeoutError:
            continue
    await server.stop(_GRACE)
