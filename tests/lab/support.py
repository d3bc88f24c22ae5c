"""Running the product in the lab as an operator does, and looking at hosts over SSH."""

from __future__ import annotations

import functools
import os
import shlex
import socket
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
LAB = ROOT / ".lab"
STACK_FILE = ROOT / "Pulumi.lab.yaml"
SSH_FAILED = 255
"""Exit code of ssh(1) itself: no connection was made."""

HOSTS = (
    *("ctl01", "ctl02", "ctl03", "net01", "net02", "cmp01", "cmp02"),
    *("ceph01", "ceph02", "ceph03", "mon01", "deploy"),
)

Result = subprocess.CompletedProcess[str]
Config = dict[str, Any]


@functools.cache
def lab_environment() -> dict[str, str]:
    """The environment of a shell after `source .lab/env`."""
    printed = subprocess.run(
        ["bash", "-c", "source .lab/env && env -0"], cwd=ROOT, check=True, capture_output=True, text=True
    )
    return dict(entry.split("=", 1) for entry in printed.stdout.split("\0") if "=" in entry)


def run(*argv: str, timeout: int = 900, **more: Any) -> Result:
    """Run a command of the checkout in the lab's environment, with a deadline in seconds."""
    return subprocess.run(
        argv,
        cwd=ROOT,
        env=lab_environment(),
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
        **more,
    )


def ssh(host: str, command: str, *, check: bool = True, timeout: int = 120, stdin: str = "") -> Result:
    """Run a command on a host as root."""
    done = run(
        *("ssh", "-F", str(LAB / "ssh" / "config"), host, f"sudo -n sh -c {shlex.quote(command)}"),
        timeout=timeout,
        input=stdin,
    )
    if check and done.returncode:
        raise AssertionError(f"{host}: `{command}` exited {done.returncode}: {done.stdout}{done.stderr}")
    return done


def lab(*argv: str) -> Result:
    """`lab/lab …`, which must succeed."""
    done = run("lab/lab", *argv)
    assert done.returncode == 0, done.stdout + done.stderr
    return done


def make_lab(profile: str, timeout: int) -> str:
    """What `make lab` prints; one that fails ends the tests, which all need it."""
    done = subprocess.run(
        ["make", "lab", f"PROFILE={profile}"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    output = done.stdout + done.stderr
    if done.returncode:
        pytest.exit(f"make lab PROFILE={profile} failed ({done.returncode}):\n{output[-8000:]}", returncode=1)
    return output


@dataclass
class Stack:
    """The lab's stack, with a stack file of the test's own."""

    file: Path = STACK_FILE

    def edited(self, name: str, change: Callable[[Config], None]) -> Stack:
        """A stack whose file is this one's after `change`; the committed file stays as it is."""
        document = yaml.safe_load(self.file.read_text())
        change(document["config"])
        path = LAB / "tests" / f"Pulumi.{name}.yaml"
        path.parent.mkdir(exist_ok=True)
        path.write_text(yaml.safe_dump(document, sort_keys=False))
        return Stack(path)

    def pulumi(self, verb: str, *argv: str, timeout: int = 900) -> Result:
        """Plain `pulumi` in the lab's shell."""
        return run(
            *("pulumi", verb, "--stack", "lab", "--config-file", str(self.file)),
            *("--non-interactive", "--color", "never", *argv),
            timeout=timeout,
        )

    def pulumi_stack(self, verb: str, *argv: str) -> Result:
        """Plain `pulumi stack VERB`."""
        return run("pulumi", "stack", verb, "--stack", "lab", "--color", "never", *argv)

    def ops(self, command: str, *argv: str) -> Result:
        """A day-2 command itself: make hides its exit code behind 2."""
        return run(
            *(
                ".venv/bin/python",
                "-m",
                f"ops.{command}",
                "--stack",
                "lab",
                "--config-file",
                str(self.file),
                *argv,
            )
        )

    def make(self, target: str, *settings: str, timeout: int = 900) -> Result:
        """`make TARGET STACK=lab`, as an operator or a pipeline runs it."""
        return run(
            "make",
            target,
            "STACK=lab",
            f"CONFIG_FILE={self.file}",
            "YES=1",
            *settings,
            timeout=timeout,
            stdin=subprocess.DEVNULL,
        )

    def with_passwords(self) -> Stack:
        """The same stack once its services have passwords."""
        made = self.ops("kolla_passwords")
        assert made.returncode == 0, made.stdout + made.stderr
        return self

    def up_only(self, *resources: str) -> None:
        """Bring about these resources, by the ends of their names, and nothing else of the stack."""
        targets = [f"--target=**{resource}" for resource in resources]
        done = self.pulumi("up", "--yes", "--skip-preview", *targets)
        assert done.returncode == 0, done.stdout + done.stderr

    def up(self) -> Result:
        """`make up`, which must succeed."""
        done = self.make("up")
        assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-6000:]
        return done


def connections(host: str) -> int:
    """How many SSH logins sshd has accepted on a host, this call's own included."""
    return int(
        ssh(host, "journalctl --quiet --no-pager -o cat -t sshd | grep -c '^Accepted publickey'").stdout
    )


def opens(address: str, port: int, timeout: float = 2.0) -> bool:
    """Whether a TCP connection from this machine comes about."""
    try:
        with socket.create_connection((address, port), timeout=timeout):
            return True
    except OSError:
        return False


def can_run_lab() -> str:
    """Why the lab cannot run here; empty when it can."""
    if os.uname().sysname != "Linux":
        return "the lab needs Linux"
    if os.geteuid() != 0:
        return "the lab needs root"
    return ""
