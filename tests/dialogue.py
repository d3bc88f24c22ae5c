"""An engine and a plugin that talk over real gRPC."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import grpc.aio
from google.protobuf.empty_pb2 import Empty
from pulumi.runtime.proto import engine_pb2_grpc, provider_pb2_grpc

from toolchain.plugins.base.engine import Engine
from toolchain.plugins.base.provider import Provider
from toolchain.plugins.command.plugin import provider


class EngineService(engine_pb2_grpc.EngineServicer):
    """Keeps what the plugin logs: (URN, text, progress only)."""

    def __init__(self) -> None:
        self.lines: list[tuple[str, str, bool]] = []
        self.seen = asyncio.Event()

    async def Log(self, request: Any, context: Any) -> Empty:  # noqa: N802 - gRPC's name
        self.lines.append((request.urn, request.message, request.ephemeral))
        self.seen.set()
        return Empty()


def talk(
    dialogue: Callable[[Any, EngineService], Awaitable[Any]], make: Callable[[Engine], Provider] = provider
) -> Any:
    """Start engine and plugin, and let the dialogue use the plugin's stub; `make` builds the plugin."""

    async def go() -> Any:
        engine_server, plugin_server = grpc.aio.server(), grpc.aio.server()
        engine = EngineService()
        engine_pb2_grpc.add_EngineServicer_to_server(engine, engine_server)
        address = f"127.0.0.1:{engine_server.add_insecure_port('127.0.0.1:0')}"
        provider_pb2_grpc.add_ResourceProviderServicer_to_server(make(Engine(address)), plugin_server)
        port = plugin_server.add_insecure_port("127.0.0.1:0")
        await engine_server.start()
        await plugin_server.start()
        try:
            async with grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel:
                return await dialogue(provider_pb2_grpc.ResourceProviderStub(channel), engine)
        finally:
            await plugin_server.stop(0)
            await engine_server.stop(0)

    return asyncio.run(go())
