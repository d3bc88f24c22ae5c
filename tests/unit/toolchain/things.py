"""A plugin whose resources are entries of a dictionary: what the base does, without any service behind it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from toolchain.plugins.base.engine import Engine
from toolchain.plugins.base.errors import IncompleteError
from toolchain.plugins.base.provider import Provider
from toolchain.plugins.base.resource import Operation, Resource
from toolchain.plugins.base.schema import Schema

SCHEMA = Path(__file__).with_name("data") / "things-schema.json"
TOKEN = "things:index:Thing"
URN = f"urn:pulumi:dev::p::{TOKEN}::it"


class Thing(Resource):
    """One entry of `there`, by id. A size above 10 comes about in part only."""

    delete_before_replace = True

    def __init__(self, there: dict[str, dict[str, Any]]) -> None:
        self.there = there

    async def create(self, operation: Operation) -> tuple[str, dict[str, Any]]:
        identity = f"id-{operation.name}"
        self.there[identity] = {"address": "192.0.2.1", "password": "generated", **operation.inputs}
        outputs = {"address": "192.0.2.1", "password": "generated"}
        if operation.inputs["size"] > 10:
            msg = "size 10 of 11"
            raise IncompleteError(msg, outputs, identity)
        return identity, outputs

    async def read(self, operation: Operation) -> dict[str, Any] | None:
        return self.there.get(operation.id)

    async def update(self, operation: Operation) -> dict[str, Any]:
        self.there[operation.id] |= operation.inputs
        if operation.inputs["size"] > 10:
            msg = "size 10 of 11"
            raise IncompleteError(msg, {"address": "192.0.2.2"})
        return {"address": "192.0.2.1", "password": "generated"}

    async def delete(self, operation: Operation) -> None:
        self.there.pop(operation.id, None)


def things(engine: Engine | None = None, there: dict[str, dict[str, Any]] | None = None) -> Provider:
    """The plugin; `there` holds its entries."""
    return Provider(Schema(SCHEMA), {TOKEN: Thing({} if there is None else there)}, engine)
