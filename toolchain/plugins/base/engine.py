"""The plugin's line back to the engine: log lines shown with the resource they belong to."""

from __future__ import annotations

import logging

import grpc
import grpc.aio
from pulumi.runtime.proto import engine_pb2, engine_pb2_grpc

_SEVERITY = {
    logging.DEBUG: engine_pb2.DEBUG,
    logging.INFO: engine_pb2.INFO,
    logging.WARNING: engine_pb2.WARNING,
    logging.ERROR: engine_pb2.ERROR,
}


class Engine:
    """A client of the engine.

    Args:
        address: HOST:PORT as the engine gave it; empty means that nobody listens.
    """

    def __init__(self, address: str = "") -> None:
        self._address = ""
        self._stub: engine_pb2_grpc.EngineAsyncStub | None = None
        self.connect(address)

    def connect(self, address: str) -> None:
        """Use the engine at `address` from now on."""
        if address and address != self._address:
            self._address = address
            self._stub = engine_pb2_grpc.EngineStub(grpc.aio.insecure_channel(address))  # type: ignore[assignment]

    async def log(self, urn: str, text: str, level: int, *, keep: bool) -> None:
        """Show one line with the resource `urn`.

        Args:
            urn: The resource that the line belongs to.
            text: The line.
            level: A level of `logging`.
            keep: Whether the line stays in the summary after the run, or is progress only.
        """
        if self._stub is None:
            return
        request = engine_pb2.LogRequest(severity=_SEVERITY[level], message=text, urn=urn, ephemeral=not keep)
        try:
            await self._stub.Log(request)
        except grpc.aio.AioRpcError:
            self._stub = None  # the engine is going away; work that still runs must not fail for a log line
