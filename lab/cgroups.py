"""A control group for each host, in every hierarchy of the machine.

Without one, two containers' systemds would share the machine's root group, and a kill would have no bounds.
"""

from __future__ import annotations

import os
import signal
import time
from contextlib import suppress
from pathlib import Path

from lab.errors import LabError
from lab.records import Process

TOP = "oc-lab"
SUPERVISORS = "supervisors"
"""Group of the small shells that boot hosts; not inside a host's group, which dies with a power cut."""


def hierarchies(mounts: str) -> list[Path]:
    """Mount points of cgroup v1 controllers and of cgroup v2 in the text of /proc/self/mounts."""
    rows = [line.split() for line in mounts.splitlines()]
    return [Path(row[1]) for row in rows if row[2] in {"cgroup", "cgroup2"}]


def _here() -> list[Path]:
    return hierarchies(Path("/proc/self/mounts").read_text())


def groups(name: str) -> list[Path]:
    """A group's folder in each hierarchy; the empty name is the lab's own group."""
    return [root / TOP / name for root in _here()]


def make(name: str) -> list[Path]:
    """Make a group; the files to which a process writes 0 to join it."""
    for root in _here():
        _hand_down(root, root / TOP)
        _hand_down(root / TOP, root / TOP / name)
    return [group / "cgroup.procs" for group in groups(name)]


def _hand_down(parent: Path, child: Path) -> None:
    """Make a group with all that its parent may use."""
    child.mkdir(exist_ok=True)
    for name in ("cpuset.cpus", "cpuset.mems"):
        # In v1 a new cpuset is empty, and an empty one takes no process.
        if (child / "cgroup.clone_children").exists() and (child / name).exists():
            (child / name).write_text((parent / name).read_text())
    controllers = parent / "cgroup.controllers"
    if controllers.exists():
        for controller in controllers.read_text().split():
            (parent / "cgroup.subtree_control").write_text(f"+{controller}")


def members(name: str) -> set[int]:
    """Processes in a group and below, in any hierarchy."""
    found: set[int] = set()
    for group in groups(name):
        for folder in _tree(group):
            try:
                found.update(int(line) for line in (folder / "cgroup.procs").read_text().split())
            except OSError:  # the group vanished with its last process
                continue
    return found - {0}


def _tree(group: Path) -> list[Path]:
    """A group and all below it, the innermost first; what vanishes meanwhile is left out."""
    # os.walk goes on where a folder is gone; Path.rglob raises.
    return [Path(folder) for folder, _, _ in os.walk(group, topdown=False)]


def kill(name: str, deadline: float = 20.0) -> None:
    """Kill every process of a group at once, as a power cut does.

    Raises:
        LabError: some were still there after the deadline (seconds).
    """
    end = time.monotonic() + deadline
    while left := members(name):
        for pid in left:
            _kill(pid)
        # Who was frozen by its container's runtime, which has just died, would never die.
        _thaw(name)
        if time.monotonic() > end:
            raise LabError(f"processes of {name} do not die: {sorted(left)}")
        time.sleep(0.02)


def _thaw(name: str) -> None:
    """Let go on what a freezer of cgroup v1 holds, in a group and below; v2 lets the frozen be killed."""
    for group in groups(name):
        for folder in _tree(group):
            with suppress(OSError):  # no freezer, or the group vanished
                state = folder / "freezer.state"
                if state.exists() and state.read_text().strip() != "THAWED":
                    state.write_text("THAWED")


def _kill(pid: int) -> None:
    with suppress(ProcessLookupError):  # it ended by itself
        os.kill(pid, signal.SIGKILL)


def remove(name: str, deadline: float = 10.0) -> None:
    """Remove a group without processes, and its subgroups.

    Raises:
        LabError: the kernel still held one of them after the deadline (seconds).
    """
    end = time.monotonic() + deadline
    for group in groups(name):
        while left := _tree(group):
            for folder in left:
                try:
                    folder.rmdir()
                except FileNotFoundError:
                    continue
                except (
                    OSError
                ) as error:  # its last process has ended, and the kernel has not let go of it yet
                    if time.monotonic() > end:
                        raise LabError(f"{folder} cannot be removed: {error.strerror}; try again") from None
                    time.sleep(0.02)
                    break


def kill_process(process: Process, deadline: float = 10.0) -> None:
    """Kill one recorded process, and wait until it is gone.

    Raises:
        LabError: it was still there after the deadline (seconds).
    """
    end = time.monotonic() + deadline
    while process.alive():
        _kill(process.pid)
        if time.monotonic() > end:
            raise LabError(f"process {process.pid} does not die")
        time.sleep(0.01)
