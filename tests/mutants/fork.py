"""A run in a fork of its own, within bounds: what has become of it is told by its exit code."""

from __future__ import annotations

import os
import resource
import signal
from collections.abc import Callable

SECONDS, MEMORY = 60, 1 << 30
"""Of the processor and in bytes, for one mutant: then it has timed out, or a test runs out of memory."""
OUTCOMES = ("survived", "killed", "no test", "not tried")
"""Which a fork's exit code says; besides these a mutant may have `timed out`."""


def in_a_fork(run: Callable[[], str]) -> str:
    """What has become of a mutant. Only what a test says is `killed`: not a signal, nor an error of the run itself."""
    child = os.fork()
    if child == 0:
        try:
            _bounded()
            os._exit(OUTCOMES.index(run()))
        except BaseException:  # noqa: BLE001  # whatever happens, this is a fork
            os._exit(OUTCOMES.index("not tried"))
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if code in (-signal.SIGXCPU, -signal.SIGALRM):
        return "timed out"
    return OUTCOMES[code] if code >= 0 else signal.Signals(-code).name


def _bounded() -> None:
    used = int(sum(resource.getrusage(resource.RUSAGE_SELF)[:2]))
    resource.setrlimit(resource.RLIMIT_CPU, (used + SECONDS, used + SECONDS + 5))  # SIGXCPU, then SIGKILL
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
    signal.alarm(10 * SECONDS)
    silent = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silent, 1)
    os.dup2(silent, 2)
