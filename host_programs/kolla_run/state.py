"""kolla-run's own folder: records of what was done, and the lock that lets one run in at a time; root's alone."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
from collections.abc import Iterator, Mapping
from datetime import datetime, timezone
from typing import Any

from host_programs.kolla_run.errors import RunError


class Records:
    """The records in one folder: JSON files, each replaced in one step."""

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


@contextlib.contextmanager
def held(folder: str, what: str) -> Iterator[None]:
    """Hold the lock for `what`; it goes with its holder.

    Raises:
        RunError: something else runs; names it and since when.
    """
    os.makedirs(folder, exist_ok=True)
    os.chmod(folder, 0o711)  # noqa: S103 - Ansible, as another user, passes through it
    handle = os.open(f"{folder}/lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise RunError(what, _told(handle), "wait for it, or read its log: hostctl job NAME") from None
        since = datetime.now(timezone.utc).astimezone().isoformat(" ", "seconds")  # noqa: UP017 - Python 3.9
        text = json.dumps({"what": what, "since": since, "pid": os.getpid()})
        os.ftruncate(handle, 0)
        os.pwrite(handle, text.encode(), 0)
        yield
        os.ftruncate(handle, 0)
    finally:
        os.close(handle)


def _told(handle: int) -> str:
    try:
        holder = json.loads(os.pread(handle, 4096, 0))
        return f"not now: {holder['what']} has been running since {holder['since']} (process {holder['pid']})"
    except (ValueError, KeyError, TypeError):
        return "not now: something else has just started"
