"""Check inputs against the schema: unknown and missing properties, kinds, defaults, secrets.

Works on the wire form and changes nothing that needs no change: a large stack is thousands of these calls
before every preview.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import get_close_matches

from google.protobuf.struct_pb2 import Struct, Value

from toolchain.plugins.base import wire
from toolchain.plugins.base.schema import Property

_NAMES = {
    "string_value": "a string",
    "bool_value": "a boolean",
    "number_value": "a number",
    "list_value": "a list",
    "struct_value": "an object",
}


def check(fields: Struct, properties: Mapping[str, Property], path: str = "") -> Iterator[tuple[str, str]]:
    """Yield (property path, reason) for each wrong input; fill in defaults and mark secrets on the way."""
    present = fields.fields
    for name, value in list(present.items()):
        known = properties.get(name)
        where = f"{path}.{name}" if path else name
        if known is None:
            yield where, _unknown_property(name, properties)
            continue
        yield from _check_value(value, known, where)
        if known.secret and not wire.is_secret(value):
            marked = wire.secret(value)
            present[name].CopyFrom(marked)
    for name, known in properties.items():
        if name in present:
            continue
        if known.required:
            yield (f"{path}.{name}" if path else name), "is required and not set"
        elif known.default is not None:
            present[name].CopyFrom(wire.wire(known.default))


def _check_value(value: Value, known: Property, where: str) -> Iterator[tuple[str, str]]:
    if wire.is_unknown(value):
        return
    bare = wire.unwrap(value)
    kind = bare.WhichOneof("kind")
    if kind == "null_value":
        if known.required:
            yield where, "is required and null"
    elif kind not in known.kinds:
        wanted = " or ".join(sorted(_NAMES[name] for name in known.kinds))
        yield where, f"must be {wanted}, not {_NAMES.get(kind or '', 'nothing')}"
    elif known.enum and bare.string_value not in known.enum:
        yield where, f"must be one of {', '.join(sorted(known.enum))}, not {bare.string_value!r}"
    elif known.marks and wire.signature(bare) not in known.marks:
        yield where, f"must be {'an asset or ' if wire.ASSET in known.marks else ''}an archive"
    elif known.fields:
        yield from check(bare.struct_value, known.fields, where)
    elif known.items is not None:
        for index, item in enumerate(bare.list_value.values):
            yield from _check_value(item, known.items, f"{where}[{index}]")
    elif known.values is not None and wire.signature(bare) is None:
        for name, item in bare.struct_value.fields.items():
            yield from _check_value(item, known.values, wire.step(where, name))


def _unknown_property(name: str, properties: Mapping[str, Property]) -> str:
    close = get_close_matches(name, properties, n=1)
    hint = f"; did you mean {close[0]}?" if close else f" (there are: {', '.join(properties)})"
    return f"no such property{hint}"
