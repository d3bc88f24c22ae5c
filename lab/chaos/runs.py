"""Faults of a run: each strikes while `make up` deploys one changed option, and says in what words that run has to end.

As with the faults of the cloud, a fault is a generator: it strikes, says what it hit, and after its `yield` mends it.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Generator
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from lab import paths, power, ssh
from lab.errors import LabError
from lab.topology import EVERY
from machine.commands import run

HOST = "ctl02"
"""One of those that the changed option is written to."""
WRITTEN = "/etc/kolla/glance-api/glance-api.conf"
"""What is written there."""
_RUNS = "reconfigure: only glance"
"""What a run says when its playbook begins."""
_LONGEST = 1800.0
"""Seconds that a run may take."""


class Up:
    """One run of `make up`'s program, with all its processes."""

    def __init__(self, *argv: str) -> None:
        """Know the command."""
        self._argv = argv
        self.lines: list[str] = []
        """What it has printed so far."""
        self.struck = 0.0
        """When it was struck, by the clock that only goes on."""

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            self._argv,
            cwd=paths.CHECKOUT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._process.poll() is None:
            self.kill()

    def kill(self) -> None:
        """All of its processes at once."""
        os.killpg(self._process.pid, signal.SIGKILL)
        self.ended()

    def until(self, text: str) -> None:
        """Wait until it has printed something. Raises LabError when it ends without."""
        end = time.monotonic() + _LONGEST
        while not any(text in line for line in list(self.lines)):
            if not self._reader.is_alive() or time.monotonic() > end:
                raise LabError(f"no `{text}` came of the run: {self.tail()}")
            time.sleep(0.2)

    def ended(self) -> int:
        """Its exit code, once it has ended. Raises LabError when that takes too long."""
        try:
            code = self._process.wait(_LONGEST)
        except subprocess.TimeoutExpired:
            raise LabError(f"the run does not end: {self.tail()}") from None
        self._reader.join(60)
        return code

    def reported(self) -> list[str]:
        """The lines of its summary: host or step, what it worked on, and why that failed."""
        heads = [number for number, line in enumerate(self.lines) if line.startswith("failed:")]
        return [line.strip() for line in self.lines[heads[-1] + 1 :] if line.strip()] if heads else []

    def tail(self) -> str:
        """Its last lines."""
        return "\n".join(self.lines[-30:])

    def _read(self) -> None:
        for line in self._process.stdout or ():
            self.lines.append(line.rstrip("\n"))


def up_of(file: Path) -> Up:
    """On the lab's stack, with a stack file."""
    words = ("up", "--stack", "lab", "--config-file", str(file), "--yes")
    return Up(sys.executable, "-m", "ops.run", *words)


Strike = Callable[[Up], Generator[str]]


@dataclass(frozen=True)
class RunFault:
    """One kind of fault."""

    name: str
    strike: Strike
    said: str
    """What the one line of the run's summary says; "": the run does not live to say anything."""


RUN_FAULTS: dict[str, RunFault] = {}


def run_fault(name: str, said: str) -> Callable[[Strike], Strike]:
    """Put a generator into the table."""

    def kept(strike: Strike) -> Strike:
        RUN_FAULTS[name] = RunFault(name, strike, said)
        return strike

    return kept


@run_fault("a task fails on one host", rf"kolla-deploy .*{HOST}: failed in glance : .*glance-api\.conf")
def task_fails(up: Up) -> Generator[str]:
    """A file that nobody can replace."""
    ssh.root(HOST, f"chattr +i {WRITTEN}")
    try:
        up.until(_RUNS)
        yield f"{HOST}: {WRITTEN} cannot be written"
    finally:
        ssh.root(HOST, f"chattr -i {WRITTEN}")


@run_fault("a host is cut off", rf"kolla-deploy .*{HOST}: unreachable in ")
def host_cut(up: Up) -> Generator[str]:
    """Its network, not its power."""
    up.until(_RUNS)
    link = EVERY[HOST].link("management")
    run(("ip", "link", "set", "dev", link, "down"))
    try:
        yield HOST
    finally:
        run(("ip", "link", "set", "dev", link, "up"))


@run_fault("the deploy host loses power", r"(deploy +|kolla-)deploy")
def deploy_host_off(up: Up) -> Generator[str]:
    """Ansible dies with it."""
    up.until(_RUNS)
    power.off("deploy")
    try:
        yield "deploy"
    finally:
        power.on("deploy")


@run_fault("pulumi is killed", "")
def pulumi_killed(up: Up) -> Generator[str]:
    """With all that it had started here; what it had started on the deploy host goes on."""
    up.until(_RUNS)
    up.kill()
    yield "every process of the run"


def is_as_said(fault: RunFault, up: Up, code: int) -> str:
    """What is wrong with how a run ended; "": nothing."""
    reported = up.reported()
    if code == 0:
        return "the run went well"
    if not fault.said:
        return ""
    if len(reported) != 1 or not re.search(fault.said, reported[0]):
        return f"not one line that says {fault.said!r}: {reported or up.tail()}"
    return ""
