"""Compare old and new inputs on the wire and say which properties changed, and how."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet

from google.protobuf.struct_pb2 import Struct, Value
from pulumi.runtime.proto import provider_pb2 as pb

from toolchain.plugins.base import wire

_NO_CHANGES = pb.DiffResponse(changes=pb.DiffResponse.DIFF_NONE, hasDetailedDiff=True)
_REPLACING = {
    pb.PropertyDiff.ADD: pb.PropertyDiff.ADD_REPLACE,
    pb.PropertyDiff.DELETE: pb.PropertyDiff.DELETE_REPLACE,
    pb.PropertyDiff.UPDATE: pb.PropertyDiff.UPDATE_REPLACE,
}
_Change = tuple[str, "pb.PropertyDiff.Kind.ValueType"]


def diff(
    old: Struct,
    new: Struct,
    replacing: AbstractSet[str] = frozenset(),
    ignored: AbstractSet[str] = frozenset(),
    *,
    delete_before_replace: bool = False,
) -> pb.DiffResponse:
    """Diff two sets of inputs.

    Args:
        old: Inputs of the last run.
        new: Inputs of this one.
        replacing: Top-level properties whose change replaces the resource.
        ignored: Top-level properties whose change does not count.
        delete_before_replace: A replacement deletes the old resource first.
    """
    if old == new:
        return _NO_CHANGES
    response = pb.DiffResponse(hasDetailedDiff=True, changes=pb.DiffResponse.DIFF_NONE)
    names = sorted({*old.fields, *new.fields} - ignored)
    for name in names:
        before, after = old.fields.get(name), new.fields.get(name)
        if before == after:
            continue
        changes = list(_changes(name, before, after))
        if not changes:
            continue
        response.changes = pb.DiffResponse.DIFF_SOME
        response.diffs.append(name)
        replaces = name in replacing
        if replaces:
            response.replaces.append(name)
        for path, kind in changes:
            detail = response.detailedDiff[path]
            detail.kind = _REPLACING[kind] if replaces else kind
            detail.inputDiff = True
    response.deleteBeforeReplace = delete_before_replace and bool(response.replaces)
    return response


def _changes(path: str, old: Value | None, new: Value | None) -> Iterator[_Change]:
    """Each changed place below `path`; secrets and special objects count as one place."""
    if old is None or old.WhichOneof("kind") == "null_value":
        if new is not None and new.WhichOneof("kind") != "null_value":
            yield path, pb.PropertyDiff.ADD
    elif new is None or new.WhichOneof("kind") == "null_value":
        yield path, pb.PropertyDiff.DELETE
    elif old == new:
        return
    elif _is_object(old) and _is_object(new):
        yield from _object_changes(path, old.struct_value.fields, new.struct_value.fields)
    elif old.WhichOneof("kind") == new.WhichOneof("kind") == "list_value":
        before, after = old.list_value.values, new.list_value.values
        for index in range(max(len(before), len(after))):
            yield from _changes(
                f"{path}[{index}]",
                before[index] if index < len(before) else None,
                after[index] if index < len(after) else None,
            )
    else:
        yield path, pb.PropertyDiff.UPDATE


def _object_changes(path: str, old: Mapping[str, Value], new: Mapping[str, Value]) -> Iterator[_Change]:
    for name in sorted({*old, *new}):
        yield from _changes(wire.step(path, name), old.get(name), new.get(name))


def _is_object(value: Value) -> bool:
    return value.WhichOneof("kind") == "struct_value" and wire.signature(value) is None
