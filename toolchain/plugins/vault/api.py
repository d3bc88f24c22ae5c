"""What all resource types do: write, look at, change and remove an object of the vault.

A type is a `Kind` and the schema; a subclass says what differs in the hooks `make`, `fetch`, `change`, `remove`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Iterable, Mapping
from typing import Any, ClassVar, TypeVar

from toolchain.plugins.base.differences import to_change
from toolchain.plugins.base.errors import IncompleteError, InvalidError, ProviderError
from toolchain.plugins.base.resource import Operation, Resource
from toolchain.plugins.base.schema import Property, ResourceType
from toolchain.plugins.base.values import alike, is_empty, received, sent
from toolchain.plugins.vault.client import AnsweredError, Client, Fields, client
from toolchain.plugins.vault.kind import Kind, seconds

_T = TypeVar("_T")


class Api(Resource):
    """One resource type; by itself, one that is written, read and deleted at one path."""

    delete_before_replace: ClassVar[bool] = True
    """There is one object at a path."""

    def __init__(self, kind: Kind, schema: ResourceType) -> None:
        self.kind = kind
        self.schema = schema
        self.defaults = kind.defaults

    # -- what a type may do otherwise ----------------------------------------------------------------------------

    async def make(self, vault: Client, wanted: Mapping[str, Any]) -> Fields:
        """Make the object; return the properties that only this call returns."""
        place = self.kind.made.format(**wanted) if self.kind.made else self.path(wanted)
        return self.returned(await vault.put(place, self.to_fields(wanted)))

    async def fetch(self, vault: Client, known: Mapping[str, Any]) -> Fields | None:
        """The object's API fields; None: it is gone. `known`: its properties, to find it by."""
        return await vault.get(self.path(known))

    async def change(
        self, vault: Client, changed: Mapping[str, Any], wanted: Mapping[str, Any], known: Mapping[str, Any]
    ) -> None:
        """Bring the object to `wanted`, from which it differs in `changed`."""
        fields = {
            name: value for name, value in {**wanted, **changed}.items() if name not in self.schema.replacing
        }
        await vault.put(self.path(known), self.to_fields(fields))

    async def remove(self, vault: Client, known: Mapping[str, Any]) -> None:
        """Delete the object; one that is gone is no error."""
        if self.kind.resets is None:
            await vault.delete(self.path(known))
        elif await self.fetch(vault, known) is not None:
            await vault.put(self.path(known), self.kind.resets)

    def value(self, name: str, kind: Property, fields: Mapping[str, Any]) -> Any:
        """One property's value in the API's fields."""
        return received(fields.get(self.kind.field_of(name)), kind)

    def returned(self, answer: Mapping[str, Any]) -> Fields:
        """The properties that only the answer to a creation has."""
        values = {
            name: self.value(name, self.schema.outputs[name], answer)
            for name in sorted(self.kind.returned_once)
        }
        return {name: value for name, value in values.items() if not is_empty(value)}

    # -- what the engine asks for --------------------------------------------------------------------------------

    def check(self, inputs: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
        """Refuse what this plugin does not do, instead of leaving it out."""
        for name, instead in self.kind.refused.items():
            if inputs.get(name) is not None:
                yield name, f"this project's vault plugin does not have it; {instead}"

    async def create(self, operation: Operation) -> tuple[str, Fields]:
        """Make the object and look at it."""
        wanted = self._placed(operation)
        vault = client(operation.config)
        returned = await self.run(operation, "create", self.make(vault, wanted))
        identity = self.kind.id.format(**{**wanted, **returned})
        try:
            return identity, await self._outputs(operation, vault, {**wanted, **returned}, returned)
        except ProviderError as error:
            raise IncompleteError(str(error), returned, identity) from None

    async def read(self, operation: Operation) -> Fields | None:
        """The properties as they are; None: the object is gone."""
        known = self._known(operation)
        now = await self.run(operation, "read", self.fetch(client(operation.config), known))
        if now is None:
            return None
        return {**self._kept(operation), **self.found(now, _set(operation.inputs), known), "id": operation.id}

    async def update(self, operation: Operation) -> Fields:
        """Change what differs from the real object, not from what the state believes."""
        vault, known = client(operation.config), self._known(operation)
        wanted = _set(operation.inputs)
        now = await self.run(operation, "read", self.fetch(vault, known))
        if now is None:
            gone = "it no longer exists: refresh the stack, and the next `up` creates it again"
            raise ProviderError(self.line(operation, "update", gone))
        found = self.found(now, wanted, known)
        changed = to_change(self.kind, self.schema, wanted, found, operation.state)
        if changed:
            await self.run(operation, "update", self.change(vault, changed, wanted, known))
        return await self._outputs(operation, vault, {**known, **wanted}, self._kept(operation))

    async def delete(self, operation: Operation) -> None:
        """Delete the object."""
        await self.run(operation, "delete", self.remove(client(operation.config), self._known(operation)))

    # -- how -----------------------------------------------------------------------------------------------------

    def path(self, known: Mapping[str, Any]) -> str:
        """The object's path in the API."""
        return (self.kind.path or self.kind.id).format(**{**self.kind.defaults, **known})

    def to_fields(self, properties: Mapping[str, Any]) -> Fields:
        """The API fields of properties."""
        unsent = self.kind.unsent()
        return {
            self.kind.field_of(name): sent(value, self.schema.inputs[name])
            for name, value in properties.items()
            if name in self.schema.inputs and name not in unsent
        }

    def found(self, now: Mapping[str, Any], wanted: Mapping[str, Any], known: Mapping[str, Any]) -> Fields:
        """The properties of an object's API fields, in the program's words where they say what it wants."""
        kind, result = self.kind, {}
        for name, item in self.schema.outputs.items():
            if name in kind.returned_once:
                continue
            if name in kind.places:
                value = known.get(name)
            elif name in kind.own or name in kind.write_only:
                value = wanted.get(name)
            else:
                value = self.value(name, item, now)
            if value is None:
                value = kind.defaults.get(name)
            if wanted.get(name) is not None:
                result[name] = self._alike(name, value, wanted[name])
            elif not is_empty(value) and value != kind.defaults.get(name):
                result[name] = value
        return result

    def _alike(self, name: str, found: Any, wanted: Any) -> Any:
        if name in self.kind.durations and seconds(found) == seconds(wanted) is not None:
            return wanted
        return alike(found, wanted, ordered=name in self.kind.ordered, partial=name in self.kind.partial)

    def _placed(self, operation: Operation) -> Fields:
        """What is wanted, with the place: a name that is not given is the resource's, a path that of its type."""
        wanted = _set(operation.inputs)
        for name in self.kind.places:
            if name in self.schema.inputs and name not in wanted:
                fallback = wanted["type"] if name == "path" else operation.name
                wanted[name] = self.kind.defaults.get(name, fallback)
        return wanted

    def _known(self, operation: Operation) -> Fields:
        """All that is known of an object, to find it by."""
        placed = self.kind.parse(operation.id)
        if not placed:
            msg = f"{operation.id} is not the id of a {self.kind.noun}; it looks like {self.kind.id}"
            raise InvalidError(self.line(operation, "find", msg))
        return {**operation.state, **_set(operation.inputs), **placed}

    def _kept(self, operation: Operation) -> Fields:
        return _set({name: operation.state.get(name) for name in self.kind.returned_once})

    async def _outputs(self, operation: Operation, vault: Client, known: Fields, returned: Fields) -> Fields:
        """Looked at: the outputs that are no inputs of the program."""
        now = await self.run(operation, "read", self.fetch(vault, known))
        if now is None:
            raise ProviderError(self.line(operation, "read", "it is gone again"))
        found = {**returned, **self.found(now, _set(operation.inputs), known)}
        return {name: value for name, value in found.items() if operation.inputs.get(name) is None}

    async def run(self, operation: Operation, verb: str, work: Awaitable[_T]) -> _T:
        """One piece of work; a refusal of the vault becomes one line, without the program's secrets."""
        try:
            return await work
        except (AnsweredError, ProviderError) as error:
            text = " ".join(str(error).split())
        for name, item in self.schema.inputs.items():
            secret = operation.inputs.get(name)
            if item.secret and isinstance(secret, str) and secret:
                text = text.replace(secret, "***")
        raise ProviderError(self.line(operation, verb, text))

    def line(self, operation: Operation, verb: str, what: str) -> str:
        """One line for the operator."""
        return f"{operation.name}: could not {verb} the {self.kind.noun}: {what}"


def _set(values: Mapping[str, Any]) -> Fields:
    """The values that say something."""
    return {name: value for name, value in values.items() if value is not None}
