"""Running commands. Plans are lists of these argument vectors, made by pure functions and run here."""

from __future__ import annotations

import shlex
import subprocess
from collections.abc import Iterable, Mapping

from machine.errors import MachineError

Argv = tuple[str, ...]


def output(
    argv: Iterable[str], *, stdin: str = "", timeout: float = 120, env: Mapping[str, str] | None = None
) -> str:
    """What a command prints.

    Raises:
        MachineError: it failed; with the command and its last words.
    """
    argv = tuple(argv)
    try:
        done = subprocess.run(
            argv, input=stdin, capture_output=True, text=True, timeout=timeout, check=False, env=env
        )
    except FileNotFoundError as error:
        raise MachineError(f"{argv[0]}: not found on this machine") from error
    except subprocess.TimeoutExpired as error:
        raise MachineError(f"`{shlex.join(argv)}` did not end within {timeout:.0f} s") from error
    if done.returncode:
        words = (done.stderr.strip() or done.stdout.strip()).splitlines()[-6:]
        raise MachineError(f"`{shlex.join(argv)}` exited {done.returncode}: " + "\n  ".join(words))
    return done.stdout


def run(*plan: Argv, timeout: float = 120) -> None:
    """Run commands one after the other; the first failure ends it."""
    for argv in plan:
        output(argv, timeout=timeout)


def attempt(argv: Iterable[str], *, stdin: str = "", timeout: float = 120) -> str:
    """Run a command whose effect is looked at afterwards; why it did not work, empty when it did."""
    try:
        output(argv, stdin=stdin, timeout=timeout)
    except MachineError as error:
        return str(error)
    return ""


def succeeds(*argv: str, timeout: float = 30) -> bool:
    """Whether a probing command exits 0."""
    return not attempt(argv, timeout=timeout)
