"""When each secret was made, and the rotation that is under way: a file next to the stack file, without any value."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from ops.files import save_file


@dataclass
class Record:
    """What the file says."""

    path: Path
    made: dict[str, str] = field(default_factory=dict)
    """UTC, `2026-11-27T08:00:00Z`, by the secret's name; of those that are not in it, nobody knows."""
    rotating: list[str] = field(default_factory=list)
    """Secrets that are new in the stack, and not in the cloud yet as far as is known."""

    @classmethod
    def read(cls, stack_file: Path, stack: str) -> Record:
        """A stack's.

        Raises:
            ValueError: the file is there and is not one of ours.
        """
        path = stack_file.with_name(f"secrets-made.{stack}.json")
        if not path.exists():
            return cls(path)
        try:
            found = json.loads(path.read_text(encoding="utf-8"))
            return cls(path, dict(found["made"]), list(found["rotating"]))
        except (ValueError, KeyError, TypeError):
            raise ValueError(
                f"{path}: is not what make rotate wrote; take it from git, or remove it"
            ) from None

    def save(self) -> None:
        """Write it, in one step."""
        document = {"made": dict(sorted(self.made.items())), "rotating": sorted(self.rotating)}
        save_file(self.path, json.dumps(document, indent=2) + "\n")

    def stamp(self, names: Iterable[str], now: datetime) -> None:
        """These were made now."""
        self.made.update(dict.fromkeys(names, f"{now.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"))

    def days(self, name: str, now: datetime) -> int | None:
        """Age; none: not known."""
        made = self.made.get(name)
        return None if made is None else (now - datetime.fromisoformat(made)).days
