"""The state that an operation answers with, on the wire."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from google.protobuf.struct_pb2 import Struct, Value

from toolchain.plugins.base import wire
from toolchain.plugins.base.schema import Property, ResourceType


def before_run(kind: ResourceType, inputs: Struct) -> Struct:
    """What is known before the run: the inputs, and every computed output as unknown."""
    tainted = _tainted(kind, inputs)
    result = Struct()
    result.CopyFrom(inputs)
    for name in kind.computed:
        result.fields[name].CopyFrom(_output(kind.outputs[name], wire.wire(wire.UNKNOWN), secret=tainted))
    return result


def after_run(kind: ResourceType, inputs: Struct, outputs: Mapping[str, Any]) -> Struct:
    """The state: the inputs as they came on the wire, and the computed outputs.

    Raises:
        KeyError: An output that the schema does not have: a bug in the plugin.
    """
    tainted = _tainted(kind, inputs)
    result = Struct()
    result.CopyFrom(inputs)
    for name, value in outputs.items():
        item = kind.outputs.get(name)
        if item is None:
            msg = f"{kind.token} has no output {name}"
            raise KeyError(msg)
        result.fields[name].CopyFrom(_output(item, wire.wire(value), secret=tainted))
    return result


def after_read(kind: ResourceType, inputs: Struct, found: Mapping[str, Any]) -> Struct:
    """The inputs as they are in the real object, so that a refresh shows what others changed.

    An input that the program does not set stays unset: what the service filled in is no drift. An import has
    no inputs yet and takes all that was found.
    """
    result = Struct()
    result.CopyFrom(inputs)
    for name in kind.inputs:
        if name not in found or (inputs.fields and name not in inputs.fields):
            continue
        old, value = inputs.fields.get(name), found[name]
        if value is None:
            result.fields.pop(name, None)
        elif old is None or wire.plain(old) != value:
            secret = old is not None and wire.has_secret(old)
            result.fields[name].CopyFrom(_output(kind.inputs[name], wire.wire(value), secret=secret))
    return result


def _tainted(kind: ResourceType, inputs: Struct) -> bool:
    """True if the program made an input secret: what a run answers may hold it.

    Inputs that are secret by the schema (a connection, a token) are credentials; they say nothing of the answer.
    """
    return any(
        wire.has_secret(value)
        for name, value in inputs.fields.items()
        if name not in kind.inputs or not kind.inputs[name].secret
    )


def _output(item: Property, value: Value, *, secret: bool) -> Value:
    return wire.secret(value) if item.secret or secret else value
