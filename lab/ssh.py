"""SSH to the lab's hosts, as its operator."""

from __future__ import annotations

import os
import select
import shlex
import socket
import subprocess
import time
from collections.abc import Iterable
from typing import NoReturn

from lab import paths
from lab.errors import LabError
from lab.topology import Host

CONFIG = paths.SSH_DIR / "config"
BOOT_DEADLINE = 120.0
"""Seconds that a host may take until its sshd answers."""


def command(host: str, *argv: str) -> tuple[str, ...]:
    """The ssh call for a host."""
    return ("ssh", "-F", str(CONFIG), host, *argv)


def run(host: str, cmd: str, *, stdin: str = "", timeout: float = 120) -> subprocess.CompletedProcess[str]:
    """Run a shell command on a host as its admin user; the exit code is the caller's to look at."""
    return subprocess.run(
        command(host, cmd), input=stdin, capture_output=True, text=True, timeout=timeout, check=False
    )


def root(host: str, cmd: str, *, timeout: float = 120) -> str:
    """What a shell command prints, as root of a host.

    Raises:
        LabError: it failed.
    """
    done = run(host, f"sudo -n sh -c {shlex.quote(cmd)}", timeout=timeout)
    if done.returncode:
        raise LabError(f"{host}: `{cmd}` exited {done.returncode}: {done.stdout}{done.stderr}".strip())
    return done.stdout


def replace(host: str, *argv: str) -> NoReturn:
    """Become an ssh session on a host."""
    call = command(host, *argv)
    os.execvp(call[0], call)  # noqa: S606


def wait(hosts: Iterable[Host], deadline: float = BOOT_DEADLINE) -> None:
    """Wait until the sshd of every host sends its greeting.

    Raises:
        LabError: naming the hosts that did not within the deadline (seconds).
    """
    end = time.monotonic() + deadline
    silent = {host.name: host for host in hosts}
    while silent:
        for name in greeting({name: str(host.management) for name, host in silent.items()}, patience=0.3):
            del silent[name]
        if silent and time.monotonic() > end:
            logs = ", ".join(str(paths.HOSTS_DIR / name / "console.log") for name in silent)
            raise LabError(f"no SSH from {', '.join(silent)} within {deadline:.0f} s: see {logs}")


def greeting(addresses: dict[str, str], patience: float, port: int = 22) -> list[str]:
    """Names whose address greets with `SSH-` within so many seconds; all are asked at the same time."""
    end = time.monotonic() + patience
    answered: list[str] = []
    waiting: dict[int, tuple[str, socket.socket]] = {}
    poll = select.poll()
    try:
        for name, address in addresses.items():
            one = socket.socket()
            one.setblocking(False)
            one.connect_ex((address, port))
            waiting[one.fileno()] = (name, one)
            poll.register(one, select.POLLIN)
        while waiting and (left := end - time.monotonic()) > 0:
            refused = False
            for number, _ in poll.poll(left * 1000):
                name, one = waiting.pop(number)
                poll.unregister(number)
                if _greets(one):
                    answered.append(name)
                else:
                    refused = True
                one.close()
            if refused and not waiting:
                # All said no at once: they are still booting; the rest of the patience is the pause.
                time.sleep(max(0.0, end - time.monotonic()))
    finally:
        for _, one in waiting.values():
            one.close()
    return answered


def _greets(one: socket.socket) -> bool:
    try:
        return one.recv(4) == b"SSH-"
    except OSError:
        return False
