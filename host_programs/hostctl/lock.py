"""One change of the host at a time: a file lock that says who holds it."""

from __future__ import annotations

import contextlib
import fcntl
import os
import signal
import sys
import time
from typing import Iterator, List

from host_programs.hostctl.errors import HostctlError

PATH = "/run/hostctl.lock"
WAIT_SECONDS = 900
ROLLBACK_WAIT_SECONDS = 20


@contextlib.contextmanager
def held(what: str, seconds: float = WAIT_SECONDS, path: str = PATH) -> Iterator[None]:
    """Hold the lock as `what` (command and group).

    Raises:
        HostctlError: somebody else still holds it after `seconds`; says who.
    """
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        if not _wait(handle, seconds):
            holder = _holder(handle)
            fix = f"see what it is doing: ps -fp {holder.partition(' ')[0]}" if holder[:1].isdigit() else ""
            raise HostctlError("lock", f"still held by {holder} after {seconds:.0f} s", fix)
        os.ftruncate(handle, 0)
        os.pwrite(handle, f"{os.getpid()} {what}".encode(), 0)
        yield
        os.ftruncate(handle, 0)
    finally:
        os.close(handle)


@contextlib.contextmanager
def held_for_rollback(group: str, path: str = PATH) -> Iterator[None]:
    """Hold the lock for a rollback, which must happen even if another run hangs.

    The apply of this very group has had its whole window: it is killed with its children. Anybody else
    gets a few seconds; then the rollback goes ahead, because a host that is locked out comes first.
    """
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        if not _wait(handle, 1):
            pid, _, what = _holder(handle).partition(" ")
            if what == f"apply {group}" and pid.isdigit():
                _kill(int(pid))
            _wait(handle, ROLLBACK_WAIT_SECONDS)
        yield
    finally:
        os.close(handle)


def _wait(handle: int, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    reported = False
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                return False
            if not reported:
                reported = True
                with contextlib.suppress(OSError):
                    print(f"hostctl: waiting for {_holder(handle)}", file=sys.stderr, flush=True)
            time.sleep(0.1)
        else:
            return True


def _holder(handle: int) -> str:
    return os.pread(handle, 200, 0).decode("utf-8", "replace") or "somebody"


def _kill(pid: int) -> None:
    for victim in [pid, *_children(pid)]:
        with contextlib.suppress(ProcessLookupError):
            os.kill(victim, signal.SIGKILL)


def _children(pid: int) -> List[int]:
    try:
        with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as file:
            direct = [int(word) for word in file.read().split()]
    except OSError:
        return []
    return [child for one in direct for child in [one, *_children(one)]]
