"""The life of one object of each type of a plugin, from its `cases.yaml`: against a stand-in or the real service."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from google.protobuf.struct_pb2 import Struct
from pulumi.runtime.proto import provider_pb2 as pb

from tests.dialogue import talk
from toolchain.plugins.base.engine import Engine
from toolchain.plugins.base.provider import Provider
from toolchain.plugins.base.wire import plain_fields, wire_fields

Fields = dict[str, Any]
Cases = dict[str, Fields]


@dataclass
class Plugin:
    """What the engine asks of a plugin, for objects of one name.

    Attributes:
        stub: The plugin's gRPC service, configured by `configure`.
        config: The provider's configuration.
        given: What words in capitals stand for in this service.
        cases: What is asked of each type.
        made: What was made, to be deleted in turn: (type, id, state).
    """

    stub: Any
    config: Fields
    given: dict[str, str] = field(default_factory=dict)
    cases: Cases = field(default_factory=dict)
    made: list[tuple[str, str, Struct]] = field(default_factory=list)

    async def configure(self) -> None:
        await self.stub.Configure(pb.ConfigureRequest(args=wire_fields(self.config)))

    async def inputs(self, kind: str, values: Fields) -> Struct:
        """Checked inputs; ids and properties (`ID of TYPE`, `csr of TYPE`) are those of objects made for it."""
        wanted = {name: await self._resolved(value) for name, value in values.items()}
        answer = await self.stub.Check(pb.CheckRequest(urn=self.urn(kind), news=wire_fields(wanted)))
        assert not answer.failures, list(answer.failures)
        return answer.inputs  # type: ignore[no-any-return]

    async def _resolved(self, value: Any) -> Any:
        if isinstance(value, list):
            return [await self._resolved(item) for item in value]
        if isinstance(value, dict):
            return {name: await self._resolved(item) for name, item in value.items()}
        if not isinstance(value, str):
            return value
        what, _, kind = value.partition(" of ")
        if kind not in self.cases:
            return self.given.get(value, value)
        for made, identity, state in self.made:
            if made == kind:
                return identity if what == "ID" else plain_fields(state)[what]
        await self.create(kind, await self.inputs(kind, self.cases[kind]["inputs"]))
        return await self._resolved(value)

    async def create(self, kind: str, inputs: Struct) -> tuple[str, Struct]:
        answer = await self.stub.Create(pb.CreateRequest(urn=self.urn(kind), properties=inputs))
        self.made.append((kind, answer.id, answer.properties))
        return answer.id, answer.properties

    async def read(
        self, kind: str, identity: str, inputs: Struct | None = None, state: Struct | None = None
    ) -> Any:
        return await self.stub.Read(
            pb.ReadRequest(urn=self.urn(kind), id=identity, inputs=inputs, properties=state)
        )

    async def diff(self, kind: str, identity: str, old: Struct, state: Struct, new: Struct) -> Any:
        request = pb.DiffRequest(urn=self.urn(kind), id=identity, old_inputs=old, olds=state, news=new)
        return await self.stub.Diff(request)

    async def update(self, kind: str, identity: str, old: Struct, state: Struct, new: Struct) -> Struct:
        request = pb.UpdateRequest(urn=self.urn(kind), id=identity, old_inputs=old, olds=state, news=new)
        answer = await self.stub.Update(request)
        return answer.properties  # type: ignore[no-any-return]

    async def delete(self, kind: str, identity: str, state: Struct) -> None:
        await self.stub.Delete(pb.DeleteRequest(urn=self.urn(kind), id=identity, properties=state))

    async def clean(self) -> None:
        """Delete what was made, the last one first."""
        while self.made:
            await self.delete(*self.made.pop())

    def by_hand(self, identity: str, *words: Any) -> None:
        """What somebody else does, past the plugin: the words of a case's `tamper`."""
        raise NotImplementedError

    def urn(self, kind: str) -> str:
        """A resource of a type of this plugin."""
        raise NotImplementedError


def live(make: Callable[[Any], Plugin], kind: str, provider: Callable[[Engine], Provider]) -> None:
    """The whole life of an object, with a plugin of its own that cleans up after it; `make` is given the stub."""

    async def dialogue(stub: Any, _engine: Any) -> None:
        plugin = make(stub)
        await plugin.configure()
        try:
            await lifecycle(plugin, kind)
        finally:
            await plugin.clean()

    talk(dialogue, provider)


async def lifecycle(plugin: Plugin, kind: str) -> None:
    """Made, the same when looked at, taken over by id, changed, repaired, gone."""
    case = plugin.cases[kind]
    inputs = await plugin.inputs(kind, case["inputs"])
    identity, state = await plugin.create(kind, inputs)
    await _is_as_wanted(plugin, kind, identity, inputs, state)

    if case.get("import", True):
        known = plain_fields(inputs) | {"id": identity}
        imported = await plugin.read(kind, case.get("import", "{id}").format(**known))
        assert imported.id == identity
        answer = await plugin.diff(kind, identity, imported.inputs, imported.properties, inputs)
        unseen = set(case.get("unseen", ()))  # what the API never tells again
        assert set(answer.diffs) <= unseen, f"an import would fail: {list(answer.diffs)}"

    if "update" in case:
        new = await plugin.inputs(kind, case["inputs"] | case["update"])
        answer = await plugin.diff(kind, identity, inputs, state, new)
        assert set(answer.diffs) == set(case["update"])
        assert not answer.replaces
        state = await plugin.update(kind, identity, inputs, state, new)
        inputs = new
        await _is_as_wanted(plugin, kind, identity, inputs, state)

    if "replace" in case:
        new = Struct()
        new.CopyFrom(inputs)
        new.update(case["replace"])
        answer = await plugin.diff(kind, identity, inputs, state, new)
        assert set(answer.replaces) == set(case["replace"])
        assert answer.deleteBeforeReplace == case.get("deletes_first", True)

    if "tamper" in case:
        await asyncio.to_thread(plugin.by_hand, identity, *case["tamper"])
        seen = await plugin.read(kind, identity, inputs, state)
        drifted = await plugin.diff(kind, identity, seen.inputs, seen.properties, inputs)
        assert set(drifted.diffs) == set(case["drift"])
        state = await plugin.update(kind, identity, seen.inputs, seen.properties, inputs)
        await _is_as_wanted(plugin, kind, identity, inputs, state)

    if "vanish" in case:
        await asyncio.to_thread(plugin.by_hand, identity, *case["vanish"])
        assert (await plugin.read(kind, identity, inputs, state)).id == ""
        plugin.made = [item for item in plugin.made if item[:2] != (kind, identity)]
        identity, state = await plugin.create(kind, inputs)

    plugin.made = [item for item in plugin.made if item[:2] != (kind, identity)]
    await plugin.delete(kind, identity, state)
    if not case.get("stays"):  # quotas: a delete is a reset
        assert (await plugin.read(kind, identity, inputs, state)).id == ""
        await plugin.delete(kind, identity, state)


async def _is_as_wanted(plugin: Plugin, kind: str, identity: str, inputs: Struct, state: Struct) -> None:
    seen = await plugin.read(kind, identity, inputs, state)
    assert seen.id == identity
    assert plain_fields(seen.inputs) == plain_fields(inputs)
    assert plain_fields(seen.properties).keys() == plain_fields(state).keys()
