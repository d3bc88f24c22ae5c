"""How a resource type is declared: where it is in the API, and where its properties differ from their fields."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

_NOTHING: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Kind:
    """One type.

    Attributes:
        service: The SDK's proxy: `compute`, `network`, ….
        noun: What the SDK's functions call it: `network` is made by `create_network`.
        fields: API field by property, where it is not the property's name in snake_case.
        defaults: What the service takes where nothing is given; such a value counts as not set.
        write_only: Properties that the API takes and never tells again.
        told_once: Outputs that the API tells when the object is made, and never again.
        refused: Properties that the official plugin has and this one has not, with what to do instead.
        own: Properties that are for the plugin; they are never sent.
        parts: Properties that have API calls of their own (tags, extra specs); never sent with the object.
        partial: Maps to which the service adds keys of its own; only the program's keys count.
        ordered: Lists of which the order counts.
        status: The field that says whether the object is ready; empty: it is ready as soon as it is there.
        ready: Its value then; every other one but `failed` is waited for.
        failed: Its values that no waiting helps.
        waits_gone: A delete is only a beginning: wait until the object is gone.
        seconds: For the longest wait.
    """

    service: str
    noun: str
    fields: Mapping[str, str] = field(default_factory=dict)
    defaults: Mapping[str, Any] = field(default_factory=dict)
    write_only: frozenset[str] = _NOTHING
    told_once: frozenset[str] = _NOTHING
    refused: Mapping[str, str] = field(default_factory=dict)
    own: frozenset[str] = _NOTHING
    parts: frozenset[str] = _NOTHING
    partial: frozenset[str] = _NOTHING
    ordered: frozenset[str] = _NOTHING
    status: str = ""
    ready: str = "ACTIVE"
    failed: frozenset[str] = frozenset({"ERROR"})
    waits_gone: bool = False
    seconds: float = 600.0

    @property
    def unsent(self) -> frozenset[str]:
        """Properties that are no field of the object: `region` says where it is."""
        return self.own | self.parts | self.refused.keys() | {"region"}

    def field_of(self, name: str) -> str:
        """The API's field for a property."""
        return self.fields.get(name) or snake(name)


def snake(name: str) -> str:
    """`adminStateUp` as `admin_state_up`."""
    return re.sub(r"(?<=[a-z0-9])([A-Z])", r"_\1", name).lower()
