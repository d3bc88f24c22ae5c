"""A run that dies in the middle leaves nothing that the next one cannot finish."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
from pathlib import Path

import pytest

from tests.lab.support import HOSTS, ROOT, Config, Stack, lab_environment, ssh

MARK = "net.ipv4.tcp_keepalive_intvl"


def descendants(pid: int) -> list[int]:
    """Process ids below one process, by the kernel's own list."""
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in task.read_text().split():
            found += [int(child), *descendants(int(child))]
    return found


def is_one_of(pid: int, programs: tuple[str, ...]) -> bool:
    line = Path(f"/proc/{pid}/cmdline").read_bytes().decode().replace("\0", " ")
    return any(program in line for program in programs)


def kill(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


VICTIMS = {
    # The official plugin's name, and what our own shows in its place.
    "plugin": ("pulumi-resource-command", "toolchain.plugins.command"),
    "pulumi": ("pulumi up --stack",),
}


def pending_operations(stack: Stack) -> list[object]:
    exported = json.loads(stack.pulumi_stack("export").stdout)
    return list(exported["deployment"].get("pending_operations") or [])


@pytest.mark.parametrize("victim", VICTIMS)
def test_kill_9_in_the_middle_of_host_work_then_up_converges(stack: Stack, victim: str) -> None:
    value, package = {"plugin": ("22", "tree"), "pulumi": ("21", "time")}[victim]

    def slow_change(config: Config) -> None:
        config.setdefault("cloud:hostPrep", {})["sysctl"] = {MARK: value}
        config["cloud:hostPrep"]["packages"] = [package]

    for host in HOSTS:  # left by an earlier run of the tests: then there would be nothing to install
        ssh(host, f"dpkg --purge {package} 2>&1")
    changed = stack.edited(f"killed-{value}", slow_change)
    process = subprocess.Popen(
        ["make", "up", "STACK=lab", "YES=1", f"CONFIG_FILE={changed.file}"],
        cwd=ROOT,
        env=lab_environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout is not None
    printed = ""
    try:
        for line in process.stdout:  # the first word from a host says that host work has begun
            printed += line
            if f"package {package} install" in line:
                break
        else:
            pytest.fail(f"the run ended before any host work was seen:\n{printed}")
        victims = [pid for pid in descendants(process.pid) if is_one_of(pid, VICTIMS[victim])]
        assert victims, printed
        for pid in victims:
            kill(pid)
        printed += process.communicate(timeout=300)[0]
        assert process.returncode != 0, printed
    finally:
        for pid in [*descendants(process.pid), process.pid] if process.poll() is None else []:
            kill(pid)

    again = changed.make("up")
    said = again.stdout + again.stderr
    assert again.returncode == 0, said
    left = pending_operations(changed)
    assert not left, left
    for host in HOSTS:
        ssh(host, f"sysctl -n {MARK} | grep -x {value} && dpkg --audit && dpkg -s {package} >/dev/null")
        assert ssh(host, "systemctl list-units --state=failed --plain --no-legend 'hostctl*'").stdout == ""
    assert changed.pulumi("preview", "--expect-no-changes").returncode == 0


def test_the_stack_as_committed_comes_back(stack: Stack) -> None:
    stack.up()
    assert stack.pulumi("preview", "--expect-no-changes").returncode == 0
