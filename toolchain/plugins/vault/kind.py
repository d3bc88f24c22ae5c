"""How a type of the vault is declared: its path in the API, which is its id, too."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from toolchain.plugins.base import kind

_NOTHING: frozenset[str] = frozenset()
REFUSED: Mapping[str, str] = {"namespace": "use another provider for another vault"}
"""What no type has; more goes next to it."""


@dataclass(frozen=True)
class Kind(kind.Kind):
    """One type.

    Attributes:
        noun: What an error calls it.
        id: The object's id, with properties in braces; an import reads them from it.
        path: Path in the API; empty: the id.
        made: Path at which it is made; empty: the same.
        durations: Texts such as `72h` that the API tells in seconds.
        resets: What a delete writes, where the object is a part of its mount that can not be deleted.
    """

    noun: str
    id: str
    path: str = ""
    made: str = ""
    durations: frozenset[str] = _NOTHING
    resets: Mapping[str, object] | None = None
    refused: Mapping[str, str] = field(default_factory=lambda: REFUSED, kw_only=True)

    @cached_property
    def places(self) -> tuple[str, ...]:
        """Properties that say where the object is."""
        return tuple(re.findall(r"{(\w+)}", self.id))

    def parse(self, identity: str) -> dict[str, str]:
        """The properties that an id holds; none: it is not an id of this type."""
        pattern = re.sub(r"\\{(\w+)\\}", r"(?P<\1>.+?)", re.escape(self.id))
        found = re.fullmatch(pattern, identity.strip("/"))
        return found.groupdict() if found else {}

    def unsent(self) -> frozenset[str]:
        """Properties that are no field of the object."""
        return frozenset({*self.own, *self.refused, *self.places})


def seconds(text: object) -> float | None:
    """A duration as the vault takes it (`72h`, `1h30m`, `90`, 90) in seconds; None: it is none."""
    if isinstance(text, int | float) or str(text).lstrip("-").isdigit():
        return float(str(text))
    parts = re.findall(r"(\d+)(d|h|m|s)", str(text))
    if not parts or "".join(f"{count}{unit}" for count, unit in parts) != text:
        return None
    return float(sum(int(count) * {"d": 86400, "h": 3600, "m": 60, "s": 1}[unit] for count, unit in parts))
