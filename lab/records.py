"""What the lab did to this machine, so that it can be undone: by a later command, or by another checkout.

A process is known by its id and its start time: an id alone may by now be another program's.
"""

from __future__ import annotations

import fcntl
import json
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

from lab import paths
from lab.errors import LabError


@dataclass(frozen=True)
class Process:
    """A process, unmistakably."""

    pid: int
    start: int
    """Start time in clock ticks since the machine's boot (field 22 of /proc/PID/stat)."""

    def alive(self) -> bool:
        """Whether this very process still runs; a zombie does not."""
        return start_time(self.pid) == self.start


def start_time(pid: int, proc: Path = Path("/proc")) -> int | None:
    """Start time of a running process; none when there is none or it is a zombie."""
    try:
        stat = (proc / str(pid) / "stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return None
    # The command's name, in parentheses, may itself hold spaces and parentheses.
    after = stat[stat.rindex(")") + 2 :].split()
    return None if after[0] in "ZX" else int(after[19])


def boot_id() -> str:
    """Identity of the machine's current boot: older records of processes, mounts and sysctls mean nothing."""
    return Path("/proc/sys/kernel/random/boot_id").read_text().strip()


@dataclass
class Records:
    """One lab's records; saved in its checkout and machine-wide, before the effect that they undo."""

    lab: str
    """Folder of the lab's state."""
    id: str = field(default_factory=lambda: uuid.uuid4().hex)
    boot: str = field(default_factory=boot_id)
    hosts: dict[str, Process] = field(default_factory=dict)
    """Supervisor of each host that was powered on."""
    sysctls: dict[str, str] = field(default_factory=dict)
    """Machine settings that were changed, with the values to go back to."""
    routes: list[list[str]] = field(default_factory=list)
    """Arguments of `ip route add` of routes that were added."""
    modules: list[str] = field(default_factory=list)
    """Kernel modules that were loaded."""
    packages: list[str] = field(default_factory=list)
    """apt packages that were installed for the lab."""
    swap: str = ""
    """Device of the compressed memory that was made."""
    netns_folder: bool = False
    """Whether the lab brought the machine's /run/netns about."""
    complete: bool = False
    """Whether `lab up` came to its end."""

    def save(self) -> None:
        """Write both copies."""
        text = json.dumps(asdict(self), indent=1, sort_keys=True) + "\n"
        paths.write(Path(self.lab) / paths.RECORDS.name, text, 0o600)
        paths.write(paths.MACHINE_RECORD, text, 0o600)

    def runs(self, host: str) -> bool:
        """Whether a host is powered on."""
        return self.boot == boot_id() and host in self.hosts and self.hosts[host].alive()


def parse(text: str) -> Records:
    """Records from their JSON; fields that this version does not know are left out.

    Raises:
        LabError: not records.
    """
    try:
        known = {entry.name for entry in fields(Records)}
        raw: dict[str, Any] = {key: value for key, value in json.loads(text).items() if key in known}
        raw["hosts"] = {name: Process(**process) for name, process in raw.get("hosts", {}).items()}
        return Records(**raw)
    except (ValueError, TypeError, AttributeError) as error:
        raise LabError(f"the lab's records cannot be read: {error}") from error


def load(path: Path) -> Records | None:
    """The records in a file; none when there is no file."""
    try:
        return parse(path.read_text())
    except FileNotFoundError:
        return None
    except LabError as error:
        raise LabError(f"{path}: {error}") from None


def whole(*files: Path) -> list[Records]:
    """The records in whichever of the files has some: one copy is enough to undo a lab by.

    Raises:
        LabError: there are copies, and none can be read.
    """
    found: list[Records | None] = []
    broken: LabError | None = None
    for path in files:
        try:
            found.append(load(path))
        except LabError as error:
            broken = error
    labs = [entry for entry in found if entry is not None]
    if broken and not labs:
        raise broken
    return labs


def left_behind(own: Records | None, machine: Records | None) -> Records | None:
    """The lab on this machine that is not ours: another checkout's, or ours before its folder was deleted."""
    if machine is None or (own is not None and own.id == machine.id):
        return None
    return machine


@contextmanager
def lock() -> Iterator[None]:
    """Let one command at a time change the lab; a second one waits."""
    paths.RUN.mkdir(parents=True, exist_ok=True)
    with (paths.RUN / "lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
