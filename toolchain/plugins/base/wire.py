"""Pulumi's values on the wire: a protobuf Struct in which some objects and strings mean more.

The engine sends secrets, unknowns, assets and archives as objects with a signature or as magic strings.
Everything here walks the tree, because a plain JSON conversion would expose secrets and hide unknowns.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from google.protobuf.struct_pb2 import ListValue, NullValue, Struct, Value

SIGNATURE: Final = "4dabf18193072939515e22adb298388d"
SECRET: Final = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105 - a marker of the protocol
OUTPUT: Final = "d0e6a833031e9bbcd3f4e8bde6ca49a4"
RESOURCE: Final = "5cf8f73096256a8f31e491e813e4eb8e"
ASSET: Final = "c44067f5952c0a294b673a41bacd8c17"
ARCHIVE: Final = "0def7320c3a5731c473e5ecbe6d01bc7"
UNKNOWN_STRING: Final = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
UNKNOWNS: Final = frozenset(
    {
        UNKNOWN_STRING,
        "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",  # boolean
        "3eeb2bf0-c639-47a8-9e75-3b44932eb421",  # number
        "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",  # array
        "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",  # object
        "030794c1-ac77-496b-92df-f27374a8bd58",  # asset
        "e48ece36-62e2-4504-bad9-02848725956a",  # archive
    }
)


class Unknown:
    """A value that only the real run will know; there is one, `UNKNOWN`."""

    def __repr__(self) -> str:
        """Shown in errors and tests."""
        return "UNKNOWN"


UNKNOWN: Final = Unknown()


@dataclass(frozen=True)
class Secret:
    """Marks a Python value that goes onto the wire as a secret."""

    value: Any

    def __repr__(self) -> str:
        """Never the value."""
        return "Secret(***)"


@dataclass(frozen=True)
class Asset:
    """One file: exactly one of text, path (on this machine) and uri is set."""

    hash: str = ""
    text: str | None = None
    path: str | None = None
    uri: str | None = None


@dataclass(frozen=True)
class Archive:
    """Many files: exactly one of path (a folder or an archive file), uri and assets is set."""

    hash: str = ""
    path: str | None = None
    uri: str | None = None
    assets: Mapping[str, Asset | Archive] | None = None


def signature(value: Value) -> str | None:
    """The marker of a special object, or None for everything else."""
    if value.WhichOneof("kind") != "struct_value":
        return None
    fields = value.struct_value.fields
    return fields[SIGNATURE].string_value if SIGNATURE in fields else None


def is_unknown(value: Value) -> bool:
    """True if the value itself, secret or not, is not known yet."""
    match value.WhichOneof("kind"):
        case "string_value":
            return value.string_value in UNKNOWNS
        case "struct_value":
            match signature(value):
                case s if s == SECRET:
                    return is_unknown(value.struct_value.fields["value"])
                case s if s == OUTPUT:
                    return "value" not in value.struct_value.fields
    return False


def is_secret(value: Value) -> bool:
    """True if the value itself is marked as a secret."""
    mark = signature(value)
    if mark == OUTPUT:
        return (
            value.struct_value.fields["secret"].bool_value if "secret" in value.struct_value.fields else False
        )
    return mark == SECRET


def unwrap(value: Value) -> Value:
    """The value without the marks around it that say secret or output."""
    while signature(value) in (SECRET, OUTPUT) and "value" in value.struct_value.fields:
        value = value.struct_value.fields["value"]
    return value


def children(value: Value) -> Iterator[Value]:
    """The values directly inside an object or a list."""
    match value.WhichOneof("kind"):
        case "struct_value":
            yield from value.struct_value.fields.values()
        case "list_value":
            yield from value.list_value.values


def step(path: str, name: str) -> str:
    """The property path of `name` in the object at `path`, as the engine writes it."""
    return f"{path}.{name}" if name.replace("_", "").isalnum() else f'{path}["{name}"]'


def has_unknown(value: Value) -> bool:
    """True if the value or anything inside it is not known yet."""
    return is_unknown(value) or any(has_unknown(child) for child in children(value))


def has_secret(value: Value) -> bool:
    """True if the value or anything inside it is a secret."""
    return is_secret(value) or any(has_secret(child) for child in children(value))


def plain(value: Value) -> Any:
    """The value as Python: secrets opened, unknowns as UNKNOWN, whole numbers as int."""
    match value.WhichOneof("kind"):
        case "string_value":
            return UNKNOWN if value.string_value in UNKNOWNS else value.string_value
        case "bool_value":
            return value.bool_value
        case "number_value":
            number = value.number_value
            return int(number) if number.is_integer() else number
        case "list_value":
            return [plain(item) for item in value.list_value.values]
        case "struct_value":
            return _plain_object(value)
    return None


def plain_fields(struct: Struct) -> dict[str, Any]:
    """The fields of an object as Python, see `plain`."""
    return {name: plain(value) for name, value in struct.fields.items()}


def _plain_object(value: Value) -> Any:
    fields = value.struct_value.fields
    match signature(value):
        case None:
            return {name: plain(item) for name, item in fields.items()}
        case s if s in (SECRET, OUTPUT):
            return plain(fields["value"]) if "value" in fields else UNKNOWN
        case s if s == RESOURCE:
            return plain(fields["id"]) if "id" in fields else plain(fields["urn"])
        case s if s == ASSET:
            return Asset(**_known(fields, "hash", "text", "path", "uri"))
        case s if s == ARCHIVE:
            return Archive(**_known(fields, "hash", "path", "uri", "assets"))
        case other:
            msg = f"a value of a kind that this plugin does not know (signature {other})"
            raise ValueError(msg)


def _known(fields: Mapping[str, Value], *names: str) -> dict[str, Any]:
    return {name: plain(fields[name]) for name in names if name in fields}


def secret(value: Value) -> Value:
    """The value marked as a secret; as it is when it is marked already."""
    if is_secret(value):
        return value
    marked = Value()
    marked.struct_value.fields[SIGNATURE].string_value = SECRET
    marked.struct_value.fields["value"].CopyFrom(value)
    return marked


def wire(value: Any) -> Value:
    """A Python value (None, bool, number, str, list, mapping, Secret, UNKNOWN, Asset, Archive) as sent."""
    match value:
        case None:
            return Value(null_value=NullValue.NULL_VALUE)
        case bool():
            return Value(bool_value=value)
        case int() | float():
            return Value(number_value=value)
        case str():
            return Value(string_value=value)
        case Unknown():
            return Value(string_value=UNKNOWN_STRING)
        case Secret():
            return secret(wire(value.value))
        case Asset() | Archive():
            return Value(struct_value=_wire_files(value))
        case Mapping():
            return Value(struct_value=wire_fields(value))
        case list() | tuple():
            return Value(list_value=ListValue(values=[wire(item) for item in value]))
    msg = f"no wire form for {type(value).__name__}"
    raise TypeError(msg)


def wire_fields(fields: Mapping[str, Any]) -> Struct:
    """A mapping as an object on the wire."""
    return Struct(fields={name: wire(value) for name, value in fields.items()})


def _wire_files(files: Asset | Archive) -> Struct:
    mark = ASSET if isinstance(files, Asset) else ARCHIVE
    present = {name: item for name, item in vars(files).items() if item not in (None, "") or name == "text"}
    if present.get("text", "") is None:
        del present["text"]
    return wire_fields({SIGNATURE: mark, **present})


def asset_of_path(path: str, content: bytes) -> Asset:
    """An asset for a file of this machine, with the hash that the engine would give it."""
    return Asset(path=path, hash=hashlib.sha256(content).hexdigest())


def archive_of_paths(assets: Mapping[str, Asset]) -> Archive:
    """An archive of assets; its hash changes exactly when a name or a content does."""
    names = json.dumps({name: asset.hash for name, asset in assets.items()}, sort_keys=True)
    return Archive(assets=dict(assets), hash=hashlib.sha256(names.encode()).hexdigest())
