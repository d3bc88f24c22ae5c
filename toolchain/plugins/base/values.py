"""Properties of the program and fields of the API: there, back, and whether they are alike."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from toolchain.plugins.base.kind import snake
from toolchain.plugins.base.schema import Property


def sent(value: Any, kind: Property) -> Any:
    """A property's value as the API takes it: names inside objects in snake_case."""
    if kind.fields and isinstance(value, Mapping):
        return {
            snake(name): sent(item, kind.fields[name]) for name, item in value.items() if item is not None
        }
    if kind.items is not None and isinstance(value, list):
        return [sent(item, kind.items) for item in value]
    return value


def received(value: Any, kind: Property) -> Any:
    """A field's value as the program sees it: fields that the schema does not have are left out."""
    if value is None:
        return None
    if kind.fields and isinstance(value, Mapping):
        found = {name: received(value.get(snake(name)), item) for name, item in kind.fields.items()}
        return {name: item for name, item in found.items() if item is not None}
    if kind.items is not None and isinstance(value, list):
        return [received(item, kind.items) for item in value]
    if kind.values is not None and isinstance(value, Mapping):
        return {name: item if item is None else _text(item, kind.values) for name, item in value.items()}
    if isinstance(value, Mapping):
        return dict(value)
    return _text(value, kind)


def alike(found: Any, wanted: Any, *, ordered: bool = False, partial: bool = False) -> Any:
    """What was found, in the program's words where both say the same.

    Args:
        found: The service's value.
        wanted: The program's.
        ordered: The order of a list counts.
        partial: Of a map, or of the maps in a list, only the program's keys count.
    """
    if partial and isinstance(wanted, list) and isinstance(found, list) and len(wanted) == len(found):
        pairs = zip(wanted, found, strict=True)
        return [alike(there, here, partial=True) for here, there in pairs]
    if isinstance(wanted, list) and isinstance(found, list) and not ordered:
        return wanted if _sorted(wanted) == _sorted(found) else found
    if isinstance(wanted, Mapping) and isinstance(found, Mapping) and partial:
        return {name: found[name] for name in wanted if name in found}
    if is_empty(wanted) and is_empty(found):
        return wanted
    return found


def is_empty(value: Any) -> bool:
    """Whether a value says nothing: null, an empty text, list or map."""
    return value is None or value in ("", [], {})


def _text(value: Any, kind: Property) -> Any:
    """Some services answer numbers where their own schema says text, and the other way round."""
    if kind.kinds == {"string_value"} and not isinstance(value, str):
        return str(value)
    return value


def _sorted(items: list[Any]) -> list[str]:
    return sorted(repr(sorted(item.items())) if isinstance(item, Mapping) else repr(item) for item in items)
