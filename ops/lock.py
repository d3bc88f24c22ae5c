"""Locks that a killed `pulumi` left in a file backend: whose they are and whether anybody still holds them.

The engine writes one JSON file per lock (pid, user, host, time) and never looks whether its owner lives.
A lock is stale when its process is known to be gone: same machine, and no such process, or one that started
after the lock was taken (the number was given out again). In doubt it is held.
"""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import unquote, urlsplit

CLOCK_SLACK = 2.0
"""Seconds: a process's start is known to a clock tick, and the boot time that it counts from to a second."""


@dataclass(frozen=True)
class Lock:
    """One lock of a stack."""

    path: Path
    pid: int
    user: str
    host: str
    taken: datetime

    def __str__(self) -> str:
        return f"{self.user}@{self.host}, pid {self.pid}, since {self.taken:%Y-%m-%d %H:%M:%S} UTC"


def lock_dir(backend_url: str, project: str, stack: str) -> Path | None:
    """Folder of a stack's locks in a file backend; None for any other backend."""
    parts = urlsplit(backend_url)
    if parts.scheme != "file":
        return None
    place = unquote(parts.netloc + parts.path)
    root = Path(place.replace("~", str(Path.home()), 1) if place.startswith("~") else place)
    return root / ".pulumi" / "locks" / "organization" / project / stack


def read_locks(folder: Path | None) -> list[Lock]:
    """The locks in a folder; a file that vanishes or is half-written counts as no lock yet."""
    locks = []
    for path in sorted(folder.glob("*.json")) if folder and folder.is_dir() else []:
        try:
            said = json.loads(path.read_text(encoding="utf-8"))
            taken = datetime.fromisoformat(said["timestamp"]).astimezone(UTC)
            locks.append(Lock(path, int(said["pid"]), str(said["username"]), str(said["hostname"]), taken))
        except (OSError, ValueError, KeyError, TypeError):
            continue
    return locks


def started(pid: int) -> datetime | None:
    """When a process of this machine started; None when there is no such process."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
        boot = next(
            line
            for line in Path("/proc/stat").read_text(encoding="utf-8").splitlines()
            if line[:6] == "btime "
        )
    except OSError:
        return datetime.fromtimestamp(0, UTC) if alive(pid) else None
    fields = stat.rpartition(")")[2].split()
    if fields[0] in "ZX":
        return None
    ticks = int(fields[19])
    return datetime.fromtimestamp(int(boot.split()[1]) + ticks / os.sysconf("SC_CLK_TCK"), UTC)


def alive(pid: int) -> bool:
    """Whether a process of this machine exists, whoever it belongs to."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def is_stale(
    lock: Lock, here: str | None = None, start_of: Callable[[int], datetime | None] = started
) -> bool:
    """Whether nobody holds the lock any more; a lock of another machine is always held."""
    if lock.host != (here or socket.gethostname()):
        return False
    start = start_of(lock.pid)
    return start is None or (start - lock.taken).total_seconds() > CLOCK_SLACK
