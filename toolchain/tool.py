"""One tool of the toolchain, and where it came from."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any


class Origin(StrEnum):
    """Which of the two a tool is: the official one, or this project's stand-in for it."""

    INSTALLED = "official, installed"
    DOWNLOADED = "official, downloaded"
    BUILT = "official source, built here"
    OURS = "this project's"


class ToolError(Exception):
    """A tool can not be had; the message says why and what to do."""


@dataclass(frozen=True)
class Tool:
    """A tool that is ready to be used."""

    name: str
    version: str
    origin: Origin
    path: Path

    def row(self) -> dict[str, Any]:
        """As JSON, for the record of what was chosen."""
        return {**asdict(self), "origin": str(self.origin), "path": str(self.path)}

    @classmethod
    def from_row(cls, row: dict[str, Any]) -> Tool:
        """The reverse of `row`."""
        return cls(row["name"], row["version"], Origin(row["origin"]), Path(row["path"]))
