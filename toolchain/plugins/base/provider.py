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
from pulumi.runtime.proto import provider_pb2 as pb

from toolchain.plugins.base import wire
from toolchain.plugins.base.about import About
from toolchain.plugins.base.check import check
from toolchain.plugins.base.config import OF_THE_ENGINE, check_config
from toolchain.plugins.base.diff import diff
from toolchain.plugins.base.engine import Engine
from toolchain.plugins.base.errors import IncompleteError, InvalidError, ProviderError
from toolchain.plugins.base.incomplete import abort_incomplete
from toolchain.plugins.base.resource import Log, Operation, Resource
from toolchain.plugins.base.running import Running
from toolchain.plugins.base.schema import ResourceType, Schema
from toolchain.plugins.base.state import after_read, after_run, before_run

_Context = Any  # grpc.aio.ServicerContext is generic in ways that the stubs do not agree on
_T = TypeVar("_T")


class Provider(About):
    """A provider of the resource types in `schema`, implemented by `resources` (token to implementation)."""

    def __init__(
        self, schema: Schema, resources: Mapping[str, Resource], engine: Engine | None = None
    ) -> None:
        if missing := schema.resources.keys() ^ resources.keys():
            msg = f"the {schema.name} plugin needs both a schema and a class for {', '.join(sorted(missing))}"
            raise ValueError(msg)
        super().__init__(schema, engine or Engine())
        self.resources = resources
        self._config: Mapping[str, Any] = {}
        self._running = Running()

    # -- the provider's own configuration --------------------------------------------------------------------

    async def CheckConfig(self, request: pb.CheckRequest, context: _Context) -> pb.CheckResponse:
        """Check the provider's configuration."""
        failures = check_config(request.news, self.schema.config)
        return pb.CheckResponse(
            inputs=request.news,
            failures=[pb.CheckFailure(property=where, reason=why) for where, why in failures],
        )

    async def DiffConfig(self, request: pb.DiffRequest, context: _Context) -> pb.DiffResponse:
        """A changed configuration never replaces the resources made with the old one."""
        return diff(request.old_inputs, request.news, ignored=OF_THE_ENGINE)

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
            kind, resource = self._kind(request.urn)
            old = request.old_inputs
            if not old.fields:  # an engine that sends outputs alone
                old = Struct(
                    fields={name: v for name, v in request.olds.fields.items() if name in kind.inputs}
                )
            return diff(
                old,
                request.news,
                kind.replacing,
                frozenset(request.ignoreChanges) | _alike(kind, resource.defaults, old, request.news),
                delete_before_replace=resource.delete_before_replace,
            )

        return await self._answer(work(), context)

    async def Create(self, request: pb.CreateRequest, context: _Context) -> pb.CreateResponse:
        """Create a resource, or say what is known of it before."""

        async def work() -> pb.CreateResponse:
            kind, resource = self._kind(request.urn)
            if request.preview:
                return pb.CreateResponse(properties=before_run(kind, request.properties))
            operation = self._operation(request.urn, request.properties)
            try:
                identity, outputs = await self._running.run(resource.create(operation), request.timeout)
            except IncompleteError as error:
                return await abort_incomplete(context, error, kind, request.properties, error.id)
            return pb.CreateResponse(id=identity, properties=after_run(kind, request.properties, outputs))

        return await self._answer(work(), context)

    async def Read(self, request: pb.ReadRequest, context: _Context) -> pb.ReadResponse:
        """Look at a resource; an empty id in the answer says that it is gone."""

        async def work() -> pb.ReadResponse:
            kind, resource = self._kind(request.urn)
            if type(resource).read is Resource.read:
                if not request.properties.fields:
                    msg = f"{kind.token} can not be read by its id: it can be neither imported nor looked up"
                    raise InvalidError(msg)
                return pb.ReadResponse(id=request.id, properties=request.properties, inputs=request.inputs)
            state = wire.plain_fields(request.properties)
            operation = self._operation(request.urn, request.inputs, request.id, state)
            found = await self._running.run(resource.read(operation), request.timeout)
            if found is None:
                return pb.ReadResponse()
            identity = str(found.pop("id", request.id))
            inputs = after_read(kind, request.inputs, found)
            computed = {name: value for name, value in found.items() if name not in inputs.fields}
            return pb.ReadResponse(id=identity, properties=after_run(kind, inputs, computed), inputs=inputs)

        return await self._answer(work(), context)

    async def Update(self, request: pb.UpdateRequest, context: _Context) -> pb.UpdateResponse:
        """Update a resource, or say what is known of it before."""

        async def work() -> pb.UpdateResponse:
            kind, resource = self._kind(request.urn)
            if request.preview:
                return pb.UpdateResponse(properties=before_run(kind, request.news))
            state = wire.plain_fields(request.olds)
            operation = self._operation(request.urn, request.news, request.id, state)
            try:
                outputs = await self._running.run(resource.update(operation), request.timeout)
            except IncompleteError as error:
                return await abort_incomplete(context, error, kind, request.news, request.id)
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
        if token not in self.resources:
            known = ", ".join(sorted(self.resources))
            msg = f"this {self.schema.name} plugin has no resource type {token}; it has {known}"
            raise InvalidError(msg)
        return self.schema.resources[token], self.resources[token]

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
            code, message = grpc.StatusCode.INTERNAL, f"bug in the {self.schema.name} plugin: {error!r}"
        await context.abort(code, message)
        raise AssertionError(message)  # abort raises


def _alike(kind: ResourceType, defaults: Mapping[str, Any], old: Struct, new: Struct) -> frozenset[str]:
    """Inputs that differ on the wire and say the same: not set, and what the service takes or keeps then."""

    def value(fields: Struct, name: str) -> Any:
        return wire.plain(fields.fields[name]) if name in fields.fields else defaults[name]

    same = {name for name in defaults if value(old, name) == value(new, name)}
    return frozenset(same | (kind.filled_in - new.fields.keys()))
