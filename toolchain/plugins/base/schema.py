"""A plugin's schema: a Pulumi package schema file, read once into what Check and Diff need.

The file has the official format (docs: Pulumi package schema), cut down to the resources that the plugin
has; `GetSchema` gives it back as it is.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from toolchain.plugins.base import wire


@dataclass(frozen=True)
class Property:
    """One property: the JSON kind(s) it may have, and what the engine must know of it.

    Attributes:
        fields: Of an object with known names; `values`: of a map, what each value is; `items`: of a list.
        marks: The signatures (wire.py) of which the value must have one: an asset, an archive.
    """

    kinds: frozenset[str]
    required: bool = False
    secret: bool = False
    replaces: bool = False
    default: Any = None
    enum: frozenset[str] = frozenset()
    fields: Mapping[str, Property] = field(default_factory=dict)
    items: Property | None = None
    values: Property | None = None
    marks: frozenset[str] = frozenset()

    @property
    def is_free(self) -> bool:
        """True if nothing is known of it: anything passes."""
        return self.kinds == _ANY


@dataclass(frozen=True)
class ResourceType:
    """Inputs and outputs of one resource type."""

    token: str
    inputs: Mapping[str, Property]
    outputs: Mapping[str, Property]

    @cached_property
    def computed(self) -> tuple[str, ...]:
        """Outputs that are no inputs: unknown until the operation has run."""
        return tuple(name for name in self.outputs if name not in self.inputs)

    @cached_property
    def filled_in(self) -> frozenset[str]:
        """Inputs that the service fills in where the program sets none: unset, they stay as they are."""
        return frozenset(
            name
            for name, item in self.inputs.items()
            if not item.required and name in self.outputs and self.outputs[name].required
        )

    @cached_property
    def replacing(self) -> frozenset[str]:
        """Inputs whose change replaces the resource."""
        return frozenset(name for name, item in self.inputs.items() if item.replaces)


_KINDS = {
    "string": frozenset({"string_value"}),
    "boolean": frozenset({"bool_value"}),
    "integer": frozenset({"number_value"}),
    "number": frozenset({"number_value"}),
    "array": frozenset({"list_value"}),
    "object": frozenset({"struct_value"}),
}
_ANY = frozenset().union(*_KINDS.values())


class Schema:
    """The schema of one package.

    Args:
        path: The package schema file (JSON).
    """

    def __init__(self, path: Path) -> None:
        self.text = path.read_text(encoding="utf-8")
        document = json.loads(self.text)
        self.name: str = document["name"]
        self.version: str = document["version"]
        self._types: dict[str, Any] = document.get("types", {})
        self.resources = {
            token: ResourceType(
                token,
                self._properties(item.get("inputProperties", {}), item.get("requiredInputs", [])),
                self._properties(item.get("properties", {}), item.get("required", [])),
            )
            for token, item in document["resources"].items()
        }
        provider = document.get("provider", {})
        self.config = self._properties(
            document.get("config", {}).get("variables", {}) | provider.get("inputProperties", {}),
            provider.get("requiredInputs", []),
        )

    def _properties(self, items: Mapping[str, Any], required: list[str]) -> dict[str, Property]:
        return {name: self._property(item, required=name in required) for name, item in items.items()}

    def _property(self, item: Mapping[str, Any], *, required: bool = False) -> Property:
        flags = {
            "required": required and "const" not in item,
            "secret": item.get("secret", False),
            "replaces": item.get("replaceOnChanges", False) or item.get("willReplaceOnChanges", False),
            "default": item.get("const", item.get("default")),
        }
        reference = item.get("$ref", "")
        if reference.startswith("#/types/"):
            target = self._types[reference.removeprefix("#/types/")]
            if "enum" in target:
                names = frozenset(choice["value"] for choice in target["enum"])
                return Property(_KINDS[target["type"]], enum=names, **flags)
            fields = self._properties(target.get("properties", {}), target.get("required", []))
            return Property(_KINDS["object"], fields=fields, **flags)
        if reference.endswith(("#/Asset", "#/Archive")):
            marks = {wire.ARCHIVE} if reference.endswith("#/Archive") else {wire.ASSET, wire.ARCHIVE}
            return Property(_KINDS["object"], marks=frozenset(marks), **flags)
        if reference:
            return Property(_ANY, **flags)
        if "oneOf" in item:
            choices = [self._property(choice) for choice in item["oneOf"]]
            return Property(frozenset().union(*(choice.kinds for choice in choices)), **flags)
        if item.get("type") not in _KINDS:
            msg = f"schema of {self.name}: a property of a kind that this plugin base does not know: {item}"
            raise ValueError(msg)
        enum = frozenset({item["const"]}) if isinstance(item.get("const"), str) else frozenset()
        return Property(
            _KINDS[item["type"]],
            enum=enum,
            items=self._element(item.get("items")),
            values=self._element(item.get("additionalProperties")),
            **flags,
        )

    def _element(self, item: Mapping[str, Any] | None) -> Property | None:
        """What an element of a list or a map must be; None if it may be anything."""
        element = None if item is None else self._property(item, required=True)
        return None if element is None or element.is_free else element
