"""How a resource type is declared: where its properties differ from the fields of the service's API."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

_NOTHING: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Kind:
    """What the types of all services have in common.

    Attributes:
        fields: API field by property, where it is not the property's name in snake_case.
        defaults: What the service takes where nothing is given; such a value counts as not set.
        write_only: Properties that the API accepts and never returns.
        returned_once: Outputs that the API returns when the object is created, and never again.
        refused: Properties that the official plugin has and this one has not, with what to do instead.
        own: Properties that are for the plugin; they are never sent.
        partial: Maps to which the service adds keys of its own; only the program's keys count.
        ordered: Lists of which the order counts.
    """

    fields: Mapping[str, str] = field(default_factory=dict)
    defaults: Mapping[str, Any] = field(default_factory=dict)
    write_only: frozenset[str] = _NOTHING
    returned_once: frozenset[str] = _NOTHING
    refused: Mapping[str, str] = field(default_factory=dict)
    own: frozenset[str] = _NOTHING
    partial: frozenset[str] = _NOTHING
    ordered: frozenset[str] = _NOTHING

    def field_of(self, name: str) -> str:
        """The API's field for a property."""
        return self.fields.get(name) or snake(name)


def snake(name: str) -> str:
    """`adminStateUp` as `admin_state_up`."""
    return re.sub(r"(?<=[a-z0-9])([A-Z])", r"_\1", name).lower()
