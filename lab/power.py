"""Power: on, off (the plug is pulled), reset (the machine comes back from the factory)."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path

from config.cache import cache_folder
from lab import access, cgroups, disk, nspawn, paths, records, ssh
from lab.errors import LabError
from lab.records import Process, Records
from lab.topology import EVERY, HOSTS, PREFIX

NSPAWN = Path("/run/systemd/nspawn")
"""nspawn leaves a folder for each container under `propagate`."""


def on(*names: str) -> None:
    """Power hosts on with the disks they have, and wait until SSH answers. What runs is left alone."""
    with records.lock():
        _on(_known(names), _records())


def off(*names: str) -> None:
    """Cut hosts' power: every process dies at once, nothing is shut down."""
    with records.lock():
        cut(_known(names), _records())


def reset(*names: str) -> None:
    """Blank disks and new host keys, as a reinstall leaves them; hosts that ran run again."""
    with records.lock():
        known, current = _known(names), _records()
        running = [name for name in known if runs(name, current)]
        cut(known, current)
        for name in known:
            one = disk.Disk(EVERY[name])
            images = one.images
            one.delete()
            one.make(access.resolver(), access.authorized_key(), images)
        access.write_known_hosts()
        _on(running, current)


def _known(names: Iterable[str]) -> list[str]:
    names = list(names)
    if unknown := [name for name in names if name not in EVERY]:
        raise LabError(f"{', '.join(unknown)}: no such host (hosts: {', '.join(HOSTS)})")
    return names


def _records() -> Records:
    found = records.load(paths.RECORDS)
    if found is None:
        raise LabError("there is no lab here: `lab/lab up`")
    return found


def _on(names: list[str], current: Records) -> None:
    start(names, current)
    ssh.wait([EVERY[name] for name in names])


def runs(name: str, current: Records | None) -> bool:
    """Whether anything of a host runs: its supervisor, or processes that a failed power cut left."""
    return (current is not None and current.runs(name)) or bool(cgroups.members(name))


def start(names: Iterable[str], current: Records) -> None:
    """Start hosts that do not run, and record them; does not wait for them."""
    names = [name for name in names if not current.runs(name)]
    if not names:
        return
    # What is left of hosts that died by themselves.
    cut(names, current)
    supervisors = cgroups.make(cgroups.SUPERVISORS)
    for name in names:
        one = disk.Disk(EVERY[name])
        one.mount()
        text = nspawn.script(one.host, one.folder, cache_folder(), cgroups.make(name))
        paths.write(one.folder / "boot", text)
        with (one.folder / "console.log").open("ab") as console:
            process = subprocess.Popen(
                ("sh", str(one.folder / "boot")),
                stdin=subprocess.DEVNULL,
                stdout=console,
                stderr=subprocess.STDOUT,
                cwd="/",
                start_new_session=True,
            )
        for group in supervisors:
            group.write_text(str(process.pid))
        started = records.start_time(process.pid)
        if started is None:
            raise LabError(f"{name} did not start: see {one.folder / 'console.log'}")
        current.hosts[name] = Process(process.pid, started)
        current.save()


def cut(names: Iterable[str], current: Records) -> None:
    """Kill hosts and take away what belongs to their running: processes, cables, mounts, groups."""
    names = list(names)
    for name in names:
        if current.runs(name):
            # First the supervisor, lest it boots the host again.
            cgroups.kill_process(current.hosts[name])
    # All of them before anything is tidied up: to those who are left, a power cut is the others' failure.
    for name in names:
        cgroups.kill(name)
    for name in names:
        disk.unplug(EVERY[name])
        disk.Disk(EVERY[name]).unmount()
        cgroups.remove(name)
        shutil.rmtree(NSPAWN / "propagate" / EVERY[name].namespace, ignore_errors=True)
        current.hosts.pop(name, None)
    current.save()


def sweep() -> None:
    """Remove what nspawn leaves of the lab's containers, and its folders when nobody else's use them."""
    if (NSPAWN / "propagate").is_dir():
        for left in (NSPAWN / "propagate").glob(f"{PREFIX}*"):
            shutil.rmtree(left)
    for folder in (NSPAWN / "propagate", NSPAWN / "locks", NSPAWN):
        if folder.is_dir() and not any(folder.iterdir()):
            folder.rmdir()
