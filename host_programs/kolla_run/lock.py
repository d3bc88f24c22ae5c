"""One run at a time: a lock that goes with its holder, and says who that is."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
from collections.abc import Iterator
from datetime import datetime, timezone

from host_programs.kolla_run.errors import RunError


@contextlib.contextmanager
def held(folder: str, what: str) -> Iterator[None]:
    """Hold the lock for `what`.

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
