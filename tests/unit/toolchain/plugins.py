"""Every provider plugin of this repository with every type that it has, found by itself; sample inputs for each."""

from __future__ import annotations

import pkgutil
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from typing import Any

import toolchain.plugins
from tests.unit.toolchain.things import things
from toolchain.plugins.base.engine import Engine
from toolchain.plugins.base.provider import Provider
from toolchain.plugins.base.resource import Resource
from toolchain.plugins.base.schema import Property, ResourceType
from toolchain.plugins.base.wire import ASSET, Archive, Asset

# Of some inputs exactly one has to be there, which a schema can not say: those to give, those to leave out then.
ONE_OF: dict[str, tuple[set[str], set[str]]] = {
    "openstack:identity/roleAssignment:RoleAssignment": ({"projectId", "userId"}, {"domainId", "groupId"}),
    "openstack:images/image:Image": ({"localFilePath"}, {"imageSourceUrl"}),
}


@dataclass(frozen=True)
class Case:
    """One type of one plugin."""

    plugin: str
    kind: ResourceType

    def make(self, engine: Engine | None = None) -> Provider:
        """The plugin, with its line to the engine."""
        return make(self.plugin, engine)

    @cached_property
    def resource(self) -> Resource:
        """What implements the type."""
        return self.make().resources[self.kind.token]

    @cached_property
    def names(self) -> set[str]:
        """Inputs that go together."""
        refused = getattr(getattr(self.resource, "kind", None), "refused", {})
        return self.kind.inputs.keys() - refused.keys() - ONE_OF.get(self.kind.token, (set(), set()))[1]

    @property
    def least(self) -> set[str]:
        """Inputs without which nothing goes."""
        required = {name for name, item in self.kind.inputs.items() if item.required}
        return required | ONE_OF.get(self.kind.token, (set(), set()))[0]

    @property
    def urn(self) -> str:
        """A resource of this type."""
        return f"urn:pulumi:dev::p::cloud:x:Parent${self.kind.token}::it"

    def __str__(self) -> str:
        """The test's name."""
        return self.kind.token


def make(plugin: str, engine: Engine | None = None) -> Provider:
    """The plugin of the folder `toolchain/plugins/PLUGIN`, or the tests' own."""
    if plugin == "things":
        return things(engine)
    found: Provider = import_module(f"toolchain.plugins.{plugin}.plugin").provider(engine)
    return found


PLUGINS = [
    *(item.name for item in pkgutil.iter_modules(toolchain.plugins.__path__) if item.name != "base"),
    "things",
]
CASES = [Case(plugin, kind) for plugin in PLUGINS for kind in make(plugin).schema.resources.values()]


def sample(kind: Property) -> Any:
    """A value that the schema takes, with every field and one element set."""
    if kind.enum:
        return min(kind.enum)
    if kind.default is not None:
        return kind.default
    if kind.is_free:
        return "anything"
    if kind.marks:
        return Asset(text="content", hash="h") if ASSET in kind.marks else Archive(assets={}, hash="h")
    match min(kind.kinds):
        case "bool_value":
            return True
        case "number_value":
            return 7
        case "list_value":
            return [sample(kind.items)] if kind.items else ["element"]
        case "struct_value":
            if kind.fields:
                return {name: sample(item) for name, item in kind.fields.items()}
            return {"key": sample(kind.values) if kind.values else "value"}
    return "text"


def wrong(kind: Property) -> Any:
    """A value that the schema refuses by its kind; None where anything is right."""
    if kind.marks:
        return {"path": "not marked as a file"}
    return next((value for name, value in _KINDS.items() if name not in kind.kinds), None)


_KINDS: dict[str, Any] = {"number_value": 7, "string_value": "text", "list_value": [], "bool_value": True}
