"""The gRPC service of a provider plugin, the same for all of them.

It keeps values on the wire as they came (secrets stay secret, unknowns unknown), and opens them only for the
one operation that needs them. All runs on one event loop, so that many resources are worked on at once.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Mapping
from typing import Any, TypeVar

import grpc
from google.protobuf.empty_pb2 import Empty
from google.protobuf.struct_pb2 import Struct
from pulumi.runtime.proto import plugin_pb2, provider_pb2_grpc
from pulumi.runtime.proto import provider_pb2 as pb

from toolchain.plugins.base import wire
from toolchain.plugins.base.check import check
from toolchain.plugins.base.diff import diff
from toolchain.plugins.base.engine import Engine
from toolchain.plugins.base.errors import InvalidError, ProviderError
from toolchain.plugins.base.resource import Log, Operation, Resource
from toolchain.plugins.base.running import Running
from toolchain.plugins.base.schema import Property, ResourceType, Schema
from toolchain.plugins.base.state import after_run, before_run

_Context = Any  # grpc.aio.ServicerContext is generic in ways that the stubs do not agree on
_T = TypeVar("_T")
_ANY_STRING = Property(frozenset({"string_value"}))


class Provider(provider_pb2_grpc.ResourceProviderServicer):
    """A provider of the resource types in `schema`, implemented by `resources` (token to implementation)."""

    def __init__(
        self, schema: Schema, resources: Mapping[str, Resource], engine: Engine | None = None
    ) -> None:
        self._schema = schema
        self._resources = resources
        self._engine = engine or Engine()
        self._config: Mapping[str, Any] = {}
        self._running = Running()

    # -- about the plugin ------------------------------------------------------------------------------------

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
        return plugin_pb2.PluginInfo(version=self._schema.version)

    async def GetSchema(self, request: pb.GetSchemaRequest, context: _Context) -> pb.GetSchemaResponse:
        """The package schema of what this plugin has."""
        return pb.GetSchemaResponse(schema=self._schema.text)

    async def GetMapping(self, request: pb.GetMappingRequest, context: _Context) -> pb.GetMappingResponse:
        """No conversion from other tools."""
        return pb.GetMappingResponse()

    async def GetMappings(self, request: pb.GetMappingsRequest, context: _Context) -> pb.GetMappingsResponse:
        """No conversion from other tools."""
        return pb.GetMappingsResponse()

    # -- the provider's own configuration --------------------------------------------------------------------

    async def CheckConfig(self, request: pb.CheckRequest, context: _Context) -> pb.CheckResponse:
        """Check the provider's configuration; `version` and the like are the engine's."""
        known = {**self._schema.config, "version": _ANY_STRING, "pluginDownloadURL": _ANY_STRING}
        failures = [pb.CheckFailure(property=where, reason=why) for where, why in check(request.news, known)]
        return pb.CheckResponse(inputs=request.news, failures=failures)

    async def DiffConfig(self, request: pb.DiffRequest, context: _Context) -> pb.DiffResponse:
        """A changed configuration never replaces the resources made with the old one."""
        return diff(request.old_inputs, request.news, ignored={"version", "pluginDownloadURL"})

    async def Configure(self, request: pb.ConfigureRequest, context: _Context) -> pb.ConfigureResponse:
        """Keep the configuration for the operations to come."""
        self._config = wire.plain_fields(request.args)
        return pb.ConfigureResponse(acceptSecrets=True, supportsPreview=True)

    # -- one resource ----------------------------------------------------------------------------------------

    async def Check(self, request: pb.CheckRequest, context: _Context) -> pb.CheckResponse:
        """Check a resource's inputs."""

        async def work() -> pb.CheckResponse:
            kind, resource = self._kind(request.urn)
            failures = list(check(request.news, kind.inputs))
            if not failures and type(resource).check is not Resource.check:
                failures = list(resource.check(wire.plain_fields(request.news)))
            return pb.CheckResponse(
                inputs=request.news,
                failures=[pb.CheckFailure(property=where, reason=why) for where, why in failures],
            )

        return await self._answer(work(), context)

    async def Diff(self, request: pb.DiffRequest, context: _Context) -> pb.DiffResponse:
        """Compare a resource's inputs with those of the last run."""

        async def work() -> pb.DiffResponse:
            kind, _ = self._kind(request.urn)
            old = request.old_inputs
            if not old.fields:  # an engine that sends outputs alone
                old = Struct(
                    fields={name: v for name, v in request.olds.fields.items() if name in kind.inputs}
                )
            return diff(old, request.news, kind.replacing, frozenset(request.ignoreChanges))

        return await self._answer(work(), context)

    async def Create(self, request: pb.CreateRequest, context: _Context) -> pb.CreateResponse:
        """Create a resource, or say what is known of it before."""

        async def work() -> pb.CreateResponse:
            kind, resource = self._kind(request.urn)
            if request.preview:
                return pb.CreateResponse(properties=before_run(kind, request.properties))
            operation = self._operation(request.urn, request.properties)
            identity, outputs = await self._running.run(resource.create(operation), request.timeout)
            return pb.CreateResponse(id=identity, properties=after_run(kind, request.properties, outputs))

        return await self._answer(work(), context)

    async def Read(self, request: pb.ReadRequest, context: _Context) -> pb.ReadResponse:
        """Look at a resource; an empty id in the answer says that it is gone."""

        async def work() -> pb.ReadResponse:
            kind, resource = self._kind(request.urn)
            if type(resource).read is Resource.read:
                return pb.ReadResponse(id=request.id, properties=request.properties, inputs=request.inputs)
            state = wire.plain_fields(request.properties)
            operation = self._operation(request.urn, request.inputs, request.id, state)
            outputs = await self._running.run(resource.read(operation), request.timeout)
            if outputs is None:
                return pb.ReadResponse()
            computed = {name: outputs[name] for name in kind.computed if name in outputs}
            properties = after_run(kind, request.inputs, computed)
            return pb.ReadResponse(id=request.id, properties=properties, inputs=request.inputs)

        return await self._answer(work(), context)

    async def Update(self, request: pb.UpdateRequest, context: _Context) -> pb.UpdateResponse:
        """Update a resource, or say what is known of it before."""

        async def work() -> pb.UpdateResponse:
            kind, resource = self._kind(request.urn)
            if request.preview:
                return pb.UpdateResponse(properties=before_run(kind, request.news))
            state = wire.plain_fields(request.olds)
            operation = self._operation(request.urn, request.news, request.id, state)
            outputs = await self._running.run(resource.update(operation), request.timeout)
            return pb.UpdateResponse(properties=after_run(kind, request.news, outputs))

        return await self._answer(work(), context)

    async def Delete(self, request: pb.DeleteRequest, context: _Context) -> Empty:
        """Delete a resource."""

        async def work() -> Empty:
            _, resource = self._kind(request.urn)
            state = wire.plain_fields(request.properties)
            operation = self._operation(request.urn, request.old_inputs, request.id, state)
            await self._running.run(resource.delete(operation), request.timeout)
            return Empty()

        return await self._answer(work(), context)

    async def Cancel(self, request: Empty, context: _Context) -> Empty:
        """Stop what runs (Ctrl-C in the engine); each operation answers that it was cancelled."""
        self._running.cancel()
        return Empty()

    # -- how ---------------------------------------------------------------------------------------------------

    def _kind(self, urn: str) -> tuple[ResourceType, Resource]:
        token = urn.split("::")[2].rsplit("$", 1)[-1]
        if token not in self._resources:
            known = ", ".join(sorted(self._resources))
            msg = f"this {self._schema.name} plugin has no resource type {token}; it has {known}"
            raise InvalidError(msg)
        return self._schema.resources[token], self._resources[token]

    def _operation(
        self, urn: str, inputs: Struct, identity: str = "", state: Mapping[str, Any] | None = None
    ) -> Operation:
        return Operation(
            name=urn.split("::", 3)[-1],
            inputs=wire.plain_fields(inputs),
            id=identity,
            state=state or {},
            config=self._config,
            log=self._log(urn),
        )

    def _log(self, urn: str) -> Log:
        async def log(text: str, level: int = logging.INFO, keep: bool = False) -> None:
            await self._engine.log(urn, text, level, keep=keep)

        return log

    async def _answer(self, work: Awaitable[_T], context: _Context) -> _T:
        """The work's result, or the gRPC error that says what is known of the resource."""
        try:
            return await work
        except ProviderError as error:
            code, message = error.code, str(error)
        except NotImplementedError:
            raise
        except Exception as error:
            logging.getLogger(__name__).exception("bug in the plugin")
            code, message = grpc.StatusCode.INTERNAL, f"bug in the {self._schema.name} plugin: {error!r}"
        await context.abort(code, message)
        raise AssertionError(message)  # abort raises
