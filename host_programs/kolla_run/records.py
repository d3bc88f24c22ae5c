"""Records of what was done, as JSON files of root's alone; each is replaced in one step."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Mapping
from typing import Any

DEPLOYED = "deployed"
"""Record: what the last successful deployment was made from and left on the hosts."""


class Records:
    """The records in one folder."""

    def __init__(self, folder: str) -> None:
        """Use `folder`, which is made when something is written."""
        self.folder = folder

    def read(self, name: str) -> dict[str, Any] | None:
        """The record `name`, or None if there is none that makes sense."""
        try:
            with open(self._path(name), encoding="utf-8") as file:
                found = json.load(file)
        except (OSError, ValueError):
            return None
        return found if isinstance(found, dict) else None

    def write(self, name: str, record: Mapping[str, Any]) -> None:
        """Replace the record `name`: complete, or not at all, even if the power goes."""
        os.makedirs(self.folder, exist_ok=True)
        temporary = self._path(name) + ".new"
        handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with open(handle, "w", encoding="utf-8") as file:
            json.dump(record, file, sort_keys=True)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, self._path(name))

    def remove(self, name: str) -> None:
        """Forget the record `name`."""
        with contextlib.suppress(FileNotFoundError):
            os.unlink(self._path(name))

    def _path(self, name: str) -> str:
        return f"{self.folder}/{name}.json"
