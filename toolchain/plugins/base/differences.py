"""What an update has to change: where the real object is not as wanted, and what is no longer wanted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from toolchain.plugins.base.kind import Kind
from toolchain.plugins.base.schema import ResourceType

_EMPTY: Mapping[str, Any] = {"string_value": "", "list_value": [], "struct_value": {}}


def to_change(
    kind: Kind,
    schema: ResourceType,
    wanted: Mapping[str, Any],
    found: Mapping[str, Any],
    state: Mapping[str, Any],
) -> dict[str, Any]:
    """Properties with the values that they have to get.

    Args:
        kind: The type's declaration.
        schema: Its properties.
        wanted: What the program sets.
        found: What the object has.
        state: What the last run left; all that is known of what the API never tells.
    """
    before = {**found, **{name: state.get(name) for name in kind.write_only}}
    differs = {
        name: value
        for name, value in wanted.items()
        if name not in schema.replacing and name not in kind.own and value != before.get(name)
    }
    return {**_removed(kind, schema, wanted, state), **differs}


def _removed(
    kind: Kind, schema: ResourceType, wanted: Mapping[str, Any], state: Mapping[str, Any]
) -> dict[str, Any]:
    """What the program no longer sets goes back to its default; what the service fills in stays as it is."""
    gone: dict[str, Any] = {}
    for name, item in schema.inputs.items():
        if name in wanted or name in schema.filled_in or item.replaces or not state.get(name):
            continue
        default = kind.defaults.get(name, _EMPTY.get(min(item.kinds)))
        if default is not None:
            gone[name] = default
    return gone
