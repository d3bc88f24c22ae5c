"""What local and remote commands share: which command text runs when, and what becomes of the outputs."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

from toolchain.plugins.base.resource import Operation, Resource


class CommandResource(Resource):
    """`create` at first; `update`, else `create`, on any change; `delete` at the end."""

    async def run(self, command: str, inputs: Mapping[str, Any], operation: Operation) -> dict[str, Any]:
        """Run one command text with these inputs; return the outputs."""
        raise NotImplementedError

    async def create(self, operation: Operation) -> tuple[str, dict[str, Any]]:
        """Run `create`, if there is one."""
        outputs = await self._run_if_set(operation.inputs.get("create"), operation)
        return new_id(operation.name), outputs

    async def update(self, operation: Operation) -> dict[str, Any]:
        """Run `update`, else `create`; without both the last outputs stand."""
        command = operation.inputs.get("update")
        if command is None:
            command = operation.inputs.get("create")
        return await self._run_if_set(command, operation)

    async def delete(self, operation: Operation) -> None:
        """Run `delete` with what the state holds: the old connection, the old environment."""
        command = operation.state.get("delete")
        if command is not None:
            await self.run(command, operation.state, operation)

    async def _run_if_set(self, command: str | None, operation: Operation) -> dict[str, Any]:
        if command is None:
            return {name: operation.state.get(name, "") for name in ("stdout", "stderr")}
        return await self.run(command, operation.inputs, operation)


def new_id(name: str) -> str:
    """A new id, as the official plugin makes them: the name and 8 hexadecimal digits."""
    return f"{name}{secrets.token_hex(4)}"
