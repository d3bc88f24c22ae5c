"""What all resource types do: make, look at, change and remove an object of an OpenStack API.

A type is a `Kind` and the schema; a subclass says what differs. The hooks (`make`, `fetch`, `change`, `remove`,
`finish`) run in a thread, because the SDK blocks; waiting is done here, so that Ctrl-C ends it.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

import grpc

from toolchain.plugins.base.errors import IncompleteError, InvalidError, ProviderError
from toolchain.plugins.base.resource import Operation, Resource
from toolchain.plugins.base.schema import Property, ResourceType
from toolchain.plugins.openstack.cloud import connect
from toolchain.plugins.openstack.errors import is_foreign, one_line
from toolchain.plugins.openstack.kind import Kind
from toolchain.plugins.openstack.values import alike, is_empty, received, sent

if TYPE_CHECKING:
    from openstack.connection import Connection

Fields = dict[str, Any]
_T = TypeVar("_T")
_FIRST_LOOK, _LONGEST_PAUSE = 0.2, 3.0  # seconds between two looks at something that is not ready


class Api(Resource):
    """One resource type of an OpenStack API."""

    delete_before_replace: ClassVar[bool] = True
    """Names, addresses and ports are given and taken: as with the official plugin where a name is set."""

    def __init__(self, kind: Kind, schema: ResourceType) -> None:
        self.kind = kind
        self.schema = schema

    # -- what a type may do otherwise; in a thread ---------------------------------------------------------------

    def make(self, cloud: Connection, wanted: Mapping[str, Any]) -> str:
        """Make the object of these properties; return its id."""
        made = self._call(cloud, "create")(**self.to_fields(wanted))
        return str(made.id)

    def fetch(self, cloud: Connection, identity: str, wanted: Mapping[str, Any]) -> Fields | None:
        """The object's API fields; None: it is gone."""
        from openstack.exceptions import NotFoundException  # noqa: PLC0415

        try:
            return dict(self._call(cloud, "get")(identity).to_dict(original_names=True))
        except NotFoundException:
            return None

    def change(self, cloud: Connection, identity: str, changed: Mapping[str, Any], now: Fields) -> None:
        """Change these properties of the object that has the API fields `now`."""
        fields = self.to_fields(changed)
        if fields:
            self._call(cloud, "update")(identity, **fields)

    def finish(self, cloud: Connection, identity: str, wanted: Mapping[str, Any], now: Fields) -> None:
        """Bring the parts that have calls of their own to what is wanted; does nothing where nothing differs."""

    def remove(self, cloud: Connection, identity: str, state: Mapping[str, Any]) -> None:
        """Delete the object; one that is gone is no error."""
        self._call(cloud, "delete")(identity, ignore_missing=True)

    def to_fields(self, properties: Mapping[str, Any]) -> Fields:
        """The API fields of properties."""
        return {
            self.kind.field_of(name): sent(value, self.schema.inputs[name])
            for name, value in properties.items()
            if name not in self.kind.unsent
        }

    def value(self, name: str, kind: Property, fields: Mapping[str, Any]) -> Any:
        """One property's value in the API's fields."""
        return received(fields.get(self.kind.field_of(name)), kind)

    # -- what the engine asks for --------------------------------------------------------------------------------

    async def create(self, operation: Operation) -> tuple[str, Fields]:
        """Make the object and wait until it is ready."""
        wanted = {name: value for name, value in operation.inputs.items() if value is not None}
        if "name" in self.schema.inputs:
            wanted.setdefault("name", operation.name)
        cloud = await self._cloud(operation)
        identity = await self._run(operation, "create", self.make, cloud, wanted)
        try:
            return identity, await self._settle(operation, cloud, identity, wanted)
        except ProviderError as error:
            raise IncompleteError(str(error), {}, identity) from None

    async def read(self, operation: Operation) -> Fields | None:
        """The properties as they are; None: the object is gone."""
        cloud = await self._cloud(operation)
        now = await self._run(operation, "read", self.fetch, cloud, operation.id, operation.inputs)
        return None if now is None else self.found(now, operation.inputs, cloud)

    async def update(self, operation: Operation) -> Fields:
        """Change what differs from the real object, not from what the state believes."""
        cloud = await self._cloud(operation)
        wanted = {name: value for name, value in operation.inputs.items() if value is not None}
        now = await self._run(operation, "read", self.fetch, cloud, operation.id, wanted)
        if now is None:
            raise ProviderError(
                self._line(operation, "update", "it is gone; `pulumi refresh` says so to the state")
            )
        changed = {
            **self._removed(operation, wanted),
            **self._changed(operation, wanted, self.found(now, wanted, cloud)),
        }
        await self._run(operation, "update", self.change, cloud, operation.id, changed, now)
        return await self._settle(operation, cloud, operation.id, wanted)

    async def delete(self, operation: Operation) -> None:
        """Delete the object and, where the API only begins to, wait until it is gone."""
        cloud = await self._cloud(operation)
        await self._run(operation, "delete", self.remove, cloud, operation.id, operation.state)
        if self.kind.waits_gone:
            await self._wait(
                operation, cloud, "delete", lambda now: now is None or now.get(self.kind.status) == "DELETED"
            )

    # -- how -----------------------------------------------------------------------------------------------------

    def found(self, now: Mapping[str, Any], wanted: Mapping[str, Any], cloud: Connection) -> Fields:
        """The properties of an object's API fields, in the program's words where they say what it wants."""
        kind, result = self.kind, {}
        for name, item in self.schema.outputs.items():
            if name in kind.own or name in kind.write_only:
                value = wanted.get(name)
            elif name == "region":
                value = cloud.config.get_region_name()
            else:
                value = self.value(name, item, now)
            if wanted.get(name) is not None:
                result[name] = alike(
                    value, wanted[name], ordered=name in kind.ordered, partial=name in kind.partial
                )
            elif not is_empty(value) and value != kind.defaults.get(name):
                result[name] = value
        return result

    def _changed(self, operation: Operation, wanted: Fields, found: Fields) -> Fields:
        before = {**found, **{name: operation.state.get(name) for name in self.kind.write_only}}
        return {
            name: value
            for name, value in wanted.items()
            if name not in self.schema.replacing and name not in self.kind.own and value != before.get(name)
        }

    def _removed(self, operation: Operation, wanted: Fields) -> Fields:
        """What the program no longer sets goes back to its default; what the service fills in stays as it is."""
        empty = {"string_value": "", "list_value": [], "struct_value": {}}
        gone: Fields = {}
        for name, kind in self.schema.inputs.items():
            filled_in = self.schema.outputs[name].required
            if name in wanted or filled_in or kind.replaces or not operation.state.get(name):
                continue
            default = self.kind.defaults.get(name, empty.get(min(kind.kinds)))
            if default is not None:
                gone[name] = default
        return gone

    async def _settle(self, operation: Operation, cloud: Connection, identity: str, wanted: Fields) -> Fields:
        """Parts done, ready, and looked at: the outputs that are no inputs of the program."""
        now = await self._ready(operation, cloud, identity)
        await self._run(operation, "finish", self.finish, cloud, identity, wanted, now)
        seen = await self._run(operation, "read", self.fetch, cloud, identity, wanted)
        found = self.found(seen or {}, wanted, cloud)
        return {name: value for name, value in found.items() if operation.inputs.get(name) is None}

    async def _ready(self, operation: Operation, cloud: Connection, identity: str) -> Fields:
        kind = self.kind

        def ready(now: Fields | None) -> bool:
            if now is None:
                raise ProviderError(self._line(operation, "wait for", "it is gone again"))
            if kind.status and now.get(kind.status) in kind.failed:
                msg = f"the service says {kind.status} {now[kind.status]}"
                raise ProviderError(self._line(operation, "wait for", msg))
            return not kind.status or now.get(kind.status) == kind.ready

        return await self._wait(operation, cloud, "wait for", ready, identity) or {}

    async def _wait(
        self,
        operation: Operation,
        cloud: Connection,
        verb: str,
        done: Callable[[Fields | None], bool],
        identity: str = "",
    ) -> Fields | None:
        """Look again and again until it is done, within the kind's time."""
        deadline, pause = time.monotonic() + self.kind.seconds, _FIRST_LOOK
        while True:
            wanted = operation.inputs
            now = await self._run(operation, verb, self.fetch, cloud, identity or operation.id, wanted)
            if done(now):
                return now
            if time.monotonic() + pause > deadline:
                last = (now or {}).get(self.kind.status) or "there"
                msg = f"still {last} after {self.kind.seconds:g} s"
                raise ProviderError(self._line(operation, verb, msg), grpc.StatusCode.DEADLINE_EXCEEDED)
            await asyncio.sleep(pause)
            pause = min(pause * 1.5, _LONGEST_PAUSE)

    def _call(self, cloud: Connection, verb: str) -> Callable[..., Any]:
        function: Callable[..., Any] = getattr(getattr(cloud, self.kind.service), f"{verb}_{self.kind.noun}")
        return function

    async def _cloud(self, operation: Operation) -> Connection:
        region = operation.inputs.get("region") or operation.state.get("region")
        try:
            return await asyncio.to_thread(connect, operation.config, region)
        except InvalidError:
            raise
        except Exception as error:
            if not is_foreign(error):
                raise
            raise ProviderError(
                self._line(operation, "reach the cloud for", self._words(operation, error))
            ) from None

    async def _run(self, operation: Operation, verb: str, work: Callable[..., _T], *arguments: Any) -> _T:
        """One piece of blocking work; an error of the cloud becomes one line."""
        try:
            return await asyncio.to_thread(work, *arguments)
        except ProviderError as error:
            raise ProviderError(self._line(operation, verb, str(error)), error.code) from None
        except Exception as error:
            if not is_foreign(error):
                raise
            raise ProviderError(self._line(operation, verb, self._words(operation, error))) from None

    def _words(self, operation: Operation, error: Exception) -> str:
        secrets = [operation.config.get("password")]
        secrets += [operation.inputs.get(name) for name, item in self.schema.inputs.items() if item.secret]
        return one_line(error, [text for text in secrets if isinstance(text, str)])

    def _line(self, operation: Operation, verb: str, what: str) -> str:
        return f"{operation.name}: could not {verb} the {self.kind.noun.replace('_', ' ')}: {what}"
