"""What all resource types do: make, look at, change and remove an object of an OpenStack API.

A type is a `Kind` and the schema; a subclass says what differs. The hooks (`make`, `fetch`, `change`, `remove`,
`finish`) run in a thread, because the SDK blocks; waiting is done here, so that Ctrl-C ends it.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

import grpc

from toolchain.plugins.base.differences import to_change
from toolchain.plugins.base.errors import IncompleteError, InvalidError, ProviderError
from toolchain.plugins.base.resource import Operation, Resource
from toolchain.plugins.base.schema import Property, ResourceType
from toolchain.plugins.base.values import alike, is_empty, received, sent
from toolchain.plugins.openstack.cloud import connect
from toolchain.plugins.openstack.errors import is_foreign, one_line
from toolchain.plugins.openstack.kind import Kind
from toolchain.plugins.openstack.sdk import Fields, fields_of, if_there

if TYPE_CHECKING:
    from openstack.connection import Connection

_T = TypeVar("_T")
_FIRST_LOOK, _LONGEST_PAUSE = 0.2, 3.0  # seconds between two looks at something that is not ready


class Api(Resource):
    """One resource type of an OpenStack API."""

    delete_before_replace: ClassVar[bool] = True
    """Names, addresses and ports are given and taken: as with the official plugin where a name is set."""

    def __init__(self, kind: Kind, schema: ResourceType) -> None:
        self.kind = kind
        self.schema = schema
        self.defaults = kind.defaults

    # -- what a type may do otherwise; in a thread ---------------------------------------------------------------

    def make(self, cloud: Connection, wanted: Mapping[str, Any]) -> Fields:
        """Make the object of these properties; return its API fields and its `id`."""
        return fields_of(self._call(cloud, "create")(**self.to_fields(wanted)))

    def fetch(self, cloud: Connection, identity: str, known: Mapping[str, Any]) -> Fields | None:
        """The object's API fields; None: it is gone. `known`: its properties, to find it by."""
        return if_there(lambda: fields_of(self._call(cloud, "get")(identity)))

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

    def check(self, inputs: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
        """Refuse what this plugin does not do, instead of leaving it out."""
        for name, instead in self.kind.refused.items():
            if inputs.get(name) is not None:
                yield name, f"this project's openstack plugin does not have it; {instead}"

    async def create(self, operation: Operation) -> tuple[str, Fields]:
        """Make the object and wait until it is ready."""
        wanted = _set(operation.inputs)
        if "name" in self.schema.inputs:
            wanted.setdefault("name", operation.name)
        cloud = await self.cloud(operation)
        made = await self.run(operation, "create", self.make, cloud, wanted)
        identity = str(made["id"])
        returned = {
            name: self.value(name, self.schema.outputs[name], made) for name in self.kind.returned_once
        }
        try:
            return identity, {**_set(returned), **await self._settle(operation, cloud, identity, wanted)}
        except ProviderError as error:
            raise IncompleteError(str(error), _set(returned), identity) from None

    async def read(self, operation: Operation) -> Fields | None:
        """The properties as they are; None: the object is gone."""
        cloud = await self.cloud(operation)
        now = await self.run(operation, "read", self.fetch, cloud, operation.id, _known(operation))
        if now is None:
            return None
        returned = {name: operation.state.get(name) for name in self.kind.returned_once}
        return {
            **_set(returned),
            **self.found(now, operation.inputs, cloud),
            "id": now.get("id") or operation.id,
        }

    async def update(self, operation: Operation) -> Fields:
        """Change what differs from the real object, not from what the state believes."""
        cloud = await self.cloud(operation)
        wanted = _set(operation.inputs)
        now = await self.run(operation, "read", self.fetch, cloud, operation.id, _known(operation))
        if now is None:
            raise ProviderError(
                self.line(
                    operation,
                    "update",
                    "it no longer exists: refresh the stack, and the next `up` creates it again",
                )
            )
        changed = to_change(self.kind, self.schema, wanted, self.found(now, wanted, cloud), operation.state)
        if changed:
            await self.run(operation, "update", self.change, cloud, operation.id, changed, now)
        returned = {name: operation.state.get(name) for name in self.kind.returned_once}
        return {**_set(returned), **await self._settle(operation, cloud, operation.id, wanted)}

    async def delete(self, operation: Operation) -> None:
        """Delete the object and, where the API only begins to, wait until it is gone."""
        cloud = await self.cloud(operation)
        known = _known(operation)
        await self.run(operation, "delete", self.remove, cloud, operation.id, known)
        if self.kind.waits_gone:
            gone = lambda now: now is None or now.get(self.kind.status) == "DELETED"  # noqa: E731
            await self.wait(operation, "delete", partial(self.fetch, cloud, operation.id, known), gone)

    # -- how -----------------------------------------------------------------------------------------------------

    def found(self, now: Mapping[str, Any], wanted: Mapping[str, Any], cloud: Connection) -> Fields:
        """The properties of an object's API fields, in the program's words where they say what it wants."""
        kind, result = self.kind, {}
        for name, item in self.schema.outputs.items():
            if name in kind.returned_once:
                continue
            if name in kind.own or name in kind.write_only:
                value = wanted.get(name)
            elif name == "region":
                value = cloud.config.get_region_name()
            else:
                value = self.value(name, item, now)
            if value is None:
                value = kind.defaults.get(name)
            if wanted.get(name) is not None:
                result[name] = alike(
                    value, wanted[name], ordered=name in kind.ordered, partial=name in kind.partial
                )
            elif not is_empty(value) and value != kind.defaults.get(name):
                result[name] = value
        return result

    async def _settle(self, operation: Operation, cloud: Connection, identity: str, wanted: Fields) -> Fields:
        """Parts done, ready, and looked at: the outputs that are no inputs of the program."""
        look = partial(self.fetch, cloud, identity, wanted)
        now = await self.wait(operation, "wait for", look, partial(self._is_ready, operation)) or {}
        await self.run(operation, "finish", self.finish, cloud, identity, wanted, now)
        seen = await self.run(operation, "read", self.fetch, cloud, identity, wanted)
        found = self.found(seen or {}, wanted, cloud)
        return {name: value for name, value in found.items() if operation.inputs.get(name) is None}

    def _is_ready(self, operation: Operation, now: Fields | None) -> bool:
        kind = self.kind
        if now is None:
            raise ProviderError(self.line(operation, "wait for", "it is gone again"))
        if kind.status and now.get(kind.status) in kind.failed:
            raise ProviderError(
                self.line(operation, "wait for", f"the service says {kind.status} {now[kind.status]}")
            )
        return not kind.status or now.get(kind.status) == kind.ready

    async def wait(
        self,
        operation: Operation,
        verb: str,
        look: Callable[[], Fields | None],
        done: Callable[[Fields | None], bool],
    ) -> Fields | None:
        """Look again and again until it is done, within the kind's time; return what was seen last."""
        deadline, pause = time.monotonic() + self.kind.seconds, _FIRST_LOOK
        while True:
            now = await self.run(operation, verb, look)
            if done(now):
                return now
            if time.monotonic() + pause > deadline:
                last = (now or {}).get(self.kind.status) or "there"
                msg = f"still {last} after {self.kind.seconds:g} s"
                raise ProviderError(self.line(operation, verb, msg), grpc.StatusCode.DEADLINE_EXCEEDED)
            await asyncio.sleep(pause)
            pause = min(pause * 1.5, _LONGEST_PAUSE)

    def _call(self, cloud: Connection, verb: str) -> Callable[..., Any]:
        function: Callable[..., Any] = getattr(getattr(cloud, self.kind.service), f"{verb}_{self.kind.noun}")
        return function

    async def cloud(self, operation: Operation) -> Connection:
        region = operation.inputs.get("region") or operation.state.get("region")
        try:
            return await asyncio.to_thread(connect, operation.config, region)
        except InvalidError:
            raise
        except Exception as error:
            if not is_foreign(error):
                raise
            raise ProviderError(
                self.line(operation, "reach the cloud for", self._words(operation, error))
            ) from None

    async def run(self, operation: Operation, verb: str, work: Callable[..., _T], *arguments: Any) -> _T:
        """One piece of blocking work; an error of the cloud becomes one line."""
        try:
            return await asyncio.to_thread(work, *arguments)
        except ProviderError as error:
            raise ProviderError(self.line(operation, verb, str(error)), error.code) from None
        except Exception as error:
            if not is_foreign(error):
                raise
            raise ProviderError(self.line(operation, verb, self._words(operation, error))) from None

    def _words(self, operation: Operation, error: Exception) -> str:
        secrets = [operation.config.get("password")]
        secrets += [operation.inputs.get(name) for name, item in self.schema.inputs.items() if item.secret]
        return one_line(error, [text for text in secrets if isinstance(text, str)])

    def line(self, operation: Operation, verb: str, what: str) -> str:
        return f"{operation.name}: could not {verb} the {self.kind.noun.replace('_', ' ')}: {what}"


def _set(values: Mapping[str, Any]) -> Fields:
    """The values that say something."""
    return {name: value for name, value in values.items() if value is not None}


def _known(operation: Operation) -> Fields:
    """All that is known of an object, to find it by."""
    return {**operation.state, **_set(operation.inputs)}
