"""Check a provider's own configuration.

Pulumi's SDKs send every value of a provider's configuration as text: `true`, `8` and objects as JSON.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Final

from google.protobuf.struct_pb2 import Struct, Value

from toolchain.plugins.base import wire
from toolchain.plugins.base.check import check
from toolchain.plugins.base.schema import Property

OF_THE_ENGINE: Final = frozenset({"version", "pluginDownloadURL"})
"""Properties that the engine adds to every provider."""


def check_config(fields: Struct, properties: Mapping[str, Property]) -> list[tuple[str, str]]:
    """The wrong places as (property path, reason); opens JSON, fills in defaults, marks secrets on the way."""
    for name, value in fields.fields.items():
        known = properties.get(name)
        if known is not None and "string_value" not in known.kinds:
            _open_json(value)
    engine = {name: Property(frozenset({"string_value"})) for name in OF_THE_ENGINE}
    return list(check(fields, {**properties, **engine}))


def _open_json(value: Value) -> None:
    bare = wire.unwrap(value)
    if bare.WhichOneof("kind") != "string_value" or wire.is_unknown(bare):
        return
    try:
        bare.CopyFrom(wire.wire(json.loads(bare.string_value)))
    except json.JSONDecodeError:
        return  # the check says that it is a text where none belongs
