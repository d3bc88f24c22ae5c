"""Running programs: Ansible as the user kolla, read as it speaks; others asked for an answer in JSON."""

from __future__ import annotations

import grp
import json
import os
import pwd
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from host_programs.contract.kolla_run import KOLLA_USER
from host_programs.kolla_run.censor import Censor, clean_event
from host_programs.kolla_run.errors import RunError
from host_programs.kolla_run.events import Event, elapsed, parse, said
from host_programs.kolla_run.pulse import QUIET, Pulse

_KEPT = 40
"""Lines of Ansible's own output that are kept for a failure that no event explains."""

_ANSWER_SECONDS = 900

Say = Callable[[str], None]


class Ended(NamedTuple):
    """A finished run."""

    code: int
    """Exit code; negative: the signal that ended it."""
    events: list[Event]
    output: list[str]
    """The last lines that were no events."""


def say(line: str) -> None:
    """Tell the operator; the log of the job is written at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def run(
    argv: Sequence[str],
    environment: Mapping[str, str],
    clean: Censor,
    log: str,
    tell: Say = say,
    user: str = KOLLA_USER,
    quiet: float = QUIET,
) -> Ended:
    """Run a program as `user`, tell its progress, keep its events in `log` (0600).

    After so many `quiet` seconds without a line the task that runs is named.

    Nothing that is told, kept or returned holds a password.

    Raises:
        RunError: it cannot be started.
    """
    start = time.monotonic()
    events: list[Event] = []
    output: deque[str] = deque(maxlen=_KEPT)
    try:
        process = subprocess.Popen(
            list(argv),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=dict(environment),
            cwd="/",
            encoding="utf-8",
            errors="replace",
            **_as_user(user),
        )
    except FileNotFoundError:
        raise RunError(argv[0], "is not installed", "run pulumi up, which installs it") from None
    os.makedirs(os.path.dirname(log), mode=0o700, exist_ok=True)

    def told(text: str) -> None:
        tell(f"{elapsed(time.monotonic() - start)} {clean(text)}")

    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    with open(os.open(log, flags, 0o600), "w", encoding="utf-8") as file, Pulse(told, quiet) as pulse:
        assert process.stdout is not None  # noqa: S101 - it is a pipe
        for raw in process.stdout:
            # A password can stand in the middle of an escaped text: clean what is written, and what was meant.
            event = parse(raw)
            if event is None:
                if raw.strip():
                    output.append(clean(raw.rstrip()))
                continue
            event = clean_event(event, clean)
            pulse.saw(event)
            events.append(event)
            file.write(clean(_line(event, time.monotonic() - start)))
            file.flush()
            text = said(event)
            if text:
                told(text)
                pulse.told()
    return Ended(process.wait(), events, list(output))


def answer(argv: Sequence[str], environment: Mapping[str, str] | None = None) -> Any:
    """What a program prints, read as JSON; None if that is none. Its errors are not shown: they may quote a password.

    Args:
        argv: the program and its arguments.
        environment: all of it; None: our own.

    Raises:
        RunError: the program is not there, or does not end.
    """
    try:
        done = subprocess.run(
            list(argv),
            capture_output=True,
            encoding="utf-8",
            env=None if environment is None else dict(environment),
            timeout=_ANSWER_SECONDS,
            check=False,
        )
        return json.loads(done.stdout)
    except FileNotFoundError:
        raise RunError(argv[0], "is not installed", "run pulumi up, which installs it") from None
    except subprocess.TimeoutExpired:
        raise RunError(argv[0], f"no end after {_ANSWER_SECONDS} s") from None
    except ValueError:
        return None


def _line(event: Event, seconds: float) -> str:
    return json.dumps({"t": round(seconds, 1), **event}, ensure_ascii=False) + "\n"


def _as_user(user: str) -> dict[str, Any]:
    """Popen's arguments to become the user; none if we are not root and hence cannot."""
    if os.geteuid() != 0:
        return {}
    try:
        entry = pwd.getpwnam(user)
    except KeyError:
        raise RunError(f"user {user}", "does not exist", "run pulumi up, which prepares the host") from None
    groups = [group.gr_gid for group in grp.getgrall() if user in group.gr_mem]
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": groups}
