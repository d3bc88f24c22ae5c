"""What the stack file cannot say, a line each, and why a folder cannot be adopted at all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from config.model.errors import printable
from config.stack_file.structure import show


class AdoptError(Exception):
    """The folder cannot be adopted; `str()` is one line with the place, the reason and the fix."""

    def __init__(self, place: object, reason: str, fix: str) -> None:
        super().__init__(f"{printable(str(place))}: {printable(reason)}; {printable(fix)}")


@dataclass(frozen=True)
class Remark:
    """One thing that the stack file cannot say as the folder does."""

    where: str
    value: str
    """Fit to be shown; empty: there is nothing, or it is a secret."""
    why: str
    do: str

    def __str__(self) -> str:
        parts = (self.where, self.value, f"{self.why}; {self.do}")
        return ": ".join(printable(" ".join(part.split())) for part in parts if part)


def shown(value: Any) -> str:
    """A value that is no secret, on one line: what a mapping or a list holds too."""
    return show(str(value) if isinstance(value, dict | list | tuple) else value)
