"""kolla-run on the deploy host, started from here: its lines as they come; as a job it outlives the connection."""

from __future__ import annotations

import argparse
import asyncio
import shlex
import sys
from collections.abc import Callable, Mapping, Sequence

from config.cloud import CloudConfig
from host_programs.contract import EXIT_ERROR, EXIT_NO_PROGRAM
from host_programs.contract.hostctl import HOSTCTL
from host_programs.contract.kolla_run import KOLLA_RUN
from ops import access, ssh, stack
from ops.access import HostError, Login, Target

Show = Callable[[str], None]


def say(line: str) -> None:
    """A line for the operator."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def command(words: Sequence[str], job: str = "") -> str:
    """The remote command; exit 127 when kolla-run is not there.

    Args:
        words: of kolla-run.
        job: name of the job; "": it is run directly and ends with the connection.
    """
    started = [HOSTCTL, "job", job, "--"] if job else []
    line = shlex.join(["sudo", "-n", *started, KOLLA_RUN, *words])
    return f"test -x {KOLLA_RUN} || exit {EXIT_NO_PROGRAM}; {line}"


def reached(options: argparse.Namespace) -> tuple[CloudConfig, dict[str, Target], Login]:
    """The configuration, its hosts, and who logs in.

    Raises:
        StackError: the stack cannot be worked with, or has no deploy host.
        HostError: the private key cannot be read.
    """
    config = stack.load(options.stack, options.config_file)
    if not config.with_role("deploy"):
        raise stack.StackError("no enabled host has the role `deploy`: Kolla-Ansible runs there")
    return config, *access.reach(config)


def deploy_host(config: CloudConfig, targets: Mapping[str, Target]) -> Target:
    """Where kolla-run is."""
    return targets[next(iter(config.with_role("deploy")))]


def run(target: Target, login: Login, words: Sequence[str], job: str = "", show: Show = say) -> int:
    """Run kolla-run and show its lines; return its exit code, or 1 if that is not known."""
    try:
        return asyncio.run(_run(target, login, words, job, show))
    except HostError as error:
        show(f"{target.name}: {error.kind}: {error}")
        return EXIT_ERROR


async def _run(target: Target, login: Login, words: Sequence[str], job: str, show: Show) -> int:
    # The last line is for programs, and a failed job's last words come twice.
    shown: list[str] = []

    def line(text: str) -> None:
        if text and not text.startswith("{"):
            shown.append(text)
            show(text)

    async with ssh.way(login) as tunnel, ssh.connect(target, login, tunnel) as connection:
        status, errors = await ssh.follow(connection, command(words, job), line)
    if status == EXIT_NO_PROGRAM:
        show(f"{target.name}: {KOLLA_RUN} is not there: run make up first")
        return EXIT_ERROR
    if status == -1:
        more = "it continues there: run the same command again to follow it" if job else "run it again"
        show(f"{target.name}: the connection broke ({errors.strip() or 'no reason given'}); {more}")
        return EXIT_ERROR
    for text in errors.splitlines():
        if text not in shown:
            line(text)
    return status
