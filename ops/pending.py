"""Operations that a killed run left open in the stack's state, and how each one is resolved.

The engine itself only warns about them. What `hostctl` does can be done again without harm, so an open
command is dropped and simply runs again; `pulumi stack import` of the exported state does exactly that,
without contacting a host and in a fraction of a second (`pulumi refresh --clear-pending-creates` starts
every provider first). An object of an API (anything that is not `command:*`) may exist unknown to the
state: for those the operator decides.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

HARMLESS = "command:"
"""Types whose operations may be repeated."""

OUTCOME = {
    "creating": "it runs again; what still runs on the host is waited for",
    "updating": "the state before it is kept, so it runs again",
    "deleting": "it is still in the state, so it is deleted again",
}


@dataclass(frozen=True)
class Pending:
    """One open operation: what it is of, and whether repeating it is harmless."""

    urn: str
    operation: str
    type: str

    @property
    def name(self) -> str:
        """Name of the resource."""
        return self.urn.rsplit("::", 1)[-1]

    @property
    def harmless(self) -> bool:
        """Whether it may be dropped and done again without asking."""
        return self.type.startswith(HARMLESS) or self.operation in {"reading", "importing"}

    def resolved(self) -> str:
        """One line on what became of it."""
        outcome = OUTCOME.get(self.operation, "it is done again")
        return f"a killed run left {self.name} {self.operation}: cleared; {outcome}"

    def open(self) -> str:
        """One line on what the operator has to find out."""
        return f"a killed run left {self.name} ({self.type}) {self.operation}: the state may not know it"


def pending(export: Mapping[str, Any]) -> list[Pending]:
    """The open operations of an exported state, each once."""
    found = {}
    for entry in (export.get("deployment") or {}).get("pending_operations") or []:
        resource = entry.get("resource", {})
        item = Pending(
            str(resource.get("urn", "")), str(entry.get("type", "")), str(resource.get("type", ""))
        )
        found[item.urn, item.operation] = item
    return list(found.values())


def advice(stack: str, left: list[Pending]) -> str:
    """What to do about operations that are not ours to drop."""
    lines = [item.open() for item in left]
    lines.append(
        f"look whether they exist; then `pulumi refresh -s {stack} --clear-pending-creates` forgets them, or "
        f"`pulumi refresh -s {stack} --import-pending-creates URN ID` keeps them"
    )
    return "\n".join(lines)
