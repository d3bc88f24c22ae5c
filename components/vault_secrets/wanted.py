"""What an object in the vault is before it is declared: a kind, values, and references to other objects."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Ref:
    """A property of another object; of a list, one element."""

    name: str
    property: str
    index: int | None = None


@dataclass(frozen=True)
class Wanted:
    """One object.

    Attributes:
        kind: A key of `components.vault_secrets.declared.KINDS`.
        name: Unique in the plan; the resource's name without the component's.
        values: Arguments of its resource.
        after: Objects that have to be there before, besides those that the values refer to.
        protected: What would be lost with it does not come back.
    """

    kind: str
    name: str
    values: Mapping[str, Any]
    after: tuple[str, ...] = ()
    protected: bool = False
