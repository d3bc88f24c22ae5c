"""The state that an operation answers with, on the wire."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from google.protobuf.struct_pb2 import Struct

from toolchain.plugins.base import wire
from toolchain.plugins.base.schema import ResourceType


def before_run(kind: ResourceType, inputs: Struct) -> Struct:
    """What is known before the run: the inputs, and every computed output as unknown."""
    for name in kind.computed:
        inputs.fields[name].string_value = wire.UNKNOWN_STRING
    return inputs


def after_run(kind: ResourceType, inputs: Struct, outputs: Mapping[str, Any]) -> Struct:
    """The state: the inputs as they came on the wire, and the computed outputs."""
    result = Struct()
    result.CopyFrom(inputs)
    for name, value in outputs.items():
        item = kind.outputs.get(name)
        if item is None:
            msg = f"{kind.token} has no output {name}"
            raise KeyError(msg)
        encoded = wire.wire(value)
        result.fields[name].CopyFrom(wire.secret(encoded) if item.secret else encoded)
    return result
