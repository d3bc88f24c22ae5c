"""What a plugin says of itself: how it talks, its version, its schema, and what it does not have."""

from __future__ import annotations

from typing import Any

import grpc
from google.protobuf.empty_pb2 import Empty
from pulumi.runtime.proto import plugin_pb2, provider_pb2_grpc
from pulumi.runtime.proto import provider_pb2 as pb

from toolchain.plugins.base.engine import Engine
from toolchain.plugins.base.schema import Schema

_Context = Any  # as in provider.py


class About(provider_pb2_grpc.ResourceProviderServicer):
    """The part of the service that touches no resource."""

    def __init__(self, schema: Schema, engine: Engine) -> None:
        self.schema = schema
        self._engine = engine

    async def Handshake(
        self, request: pb.ProviderHandshakeRequest, context: _Context
    ) -> pb.ProviderHandshakeResponse:
        """Agree on how values are sent."""
        self._engine.connect(request.engine_address)
        return pb.ProviderHandshakeResponse(accept_secrets=True, accept_resources=False, accept_outputs=False)

    async def Attach(self, request: plugin_pb2.PluginAttach, context: _Context) -> Empty:
        """Serve an engine that found this running process (PULUMI_DEBUG_PROVIDERS)."""
        self._engine.connect(request.address)
        return Empty()

    async def GetPluginInfo(self, request: Empty, context: _Context) -> plugin_pb2.PluginInfo:
        """The version."""
        return plugin_pb2.PluginInfo(version=self.schema.version)

    async def GetSchema(self, request: pb.GetSchemaRequest, context: _Context) -> pb.GetSchemaResponse:
        """The package schema of what this plugin has."""
        return pb.GetSchemaResponse(schema=self.schema.text)

    async def GetMapping(self, request: pb.GetMappingRequest, context: _Context) -> pb.GetMappingResponse:
        """No conversion from other tools."""
        return pb.GetMappingResponse()

    async def GetMappings(self, request: pb.GetMappingsRequest, context: _Context) -> pb.GetMappingsResponse:
        """No conversion from other tools."""
        return pb.GetMappingsResponse()

    async def Invoke(self, request: pb.InvokeRequest, context: _Context) -> pb.InvokeResponse:
        """No functions."""
        await context.abort(
            grpc.StatusCode.INVALID_ARGUMENT, f"this {self.schema.name} plugin has no function {request.tok}"
        )
        raise AssertionError  # abort raises
