"""`make power-off STACK= [DRY_RUN=1] [HOSTS=keep]`: the cloud stops in order, is written down, and its hosts go off.

The deploy host stops what runs (docs/recover.md); then the hosts are switched off from here, the deploy host last.
Exit codes: 0 done, 2 the cloud is not healthy or something does not stop, 1 anything else.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Mapping, Sequence

from config.cloud import CloudConfig
from config.model.types import Role
from ops import on_deploy_host, ssh, stack
from ops.access import HostError, Login, Target
from ops.command import one_line_for

JOB = "power-off"
LAST: tuple[Role, ...] = ("control", "storage", "deploy")
"""Roles whose hosts go after all others, in this order."""
OFF_SECONDS = 300
"""How long a host may take until it closes its connections."""
# The answer comes before the network goes.
SWITCH = "sudo -n systemctl poweroff"


def turns(config: CloudConfig) -> list[list[str]]:
    """Hosts by the turn in which they go off: a host of several roles goes with the last of them."""
    late = {host: turn for turn, role in enumerate(LAST, 1) for host in config.with_role(role)}
    found = [[host for host in config.active() if late.get(host, 0) == turn] for turn in range(len(LAST) + 1)]
    return [hosts for hosts in found if hosts]


async def switch_off(
    turns: Sequence[Sequence[str]], targets: Mapping[str, Target], login: Login, show: on_deploy_host.Show
) -> list[str]:
    """Switch hosts off, turn by turn, until each has closed its connection; return those that did not."""
    left = []
    async with ssh.way(login) as tunnel:

        async def one(host: str) -> str:
            try:
                async with ssh.connect(targets[host], login, tunnel) as connection:
                    done = await ssh.run(connection, SWITCH, OFF_SECONDS)
                    if done.status > 0:
                        return f"{host}: {done.stderr.strip() or f'exit {done.status}'}"
                    await asyncio.wait_for(connection.wait_closed(), OFF_SECONDS)
            except TimeoutError:
                return f"{host}: is still on after {OFF_SECONDS} s"
            except HostError as error:
                return f"{host}: {error.kind}: {error}"
            return ""

        for hosts in turns:
            show(f"power-off: {', '.join(hosts)}")
            problems = [problem for problem in await asyncio.gather(*map(one, hosts)) if problem]
            left += problems
            for problem in problems:
                show(f"power-off: {problem}")
    return left


def words(options: argparse.Namespace) -> list[str]:
    """The words for kolla-run."""
    flags = {"--dry-run": options.dry_run, "--anyway": options.anyway}
    return ["power-off", *(flag for flag, given in flags.items() if given)]


def agreed(options: argparse.Namespace) -> bool:
    """Whether the operator wants it: by --yes, or by the stack's name on a terminal."""
    if options.yes or options.dry_run:
        return True
    if not sys.stdin.isatty():
        sys.stderr.write("stdin is not a terminal: make power-off YES=1\n")
        return False
    sys.stderr.write(f"This stops every server and container of {options.stack}. Type its name to continue: ")
    sys.stderr.flush()
    name: str = options.stack
    return sys.stdin.readline().strip() == name


@one_line_for(stack.StackError, HostError)
def main(argv: Sequence[str] | None = None) -> int:
    """The command; returns its exit code."""
    parser = argparse.ArgumentParser(prog="python -m ops.power_off", description=__doc__)
    stack.arguments(parser)
    parser.add_argument("--dry-run", action="store_true", help="only show what would be done")
    parser.add_argument("--keep-hosts", action="store_true", help="stop what runs, leave the hosts on")
    parser.add_argument("--anyway", action="store_true", help="also when the cloud is not healthy")
    parser.add_argument("--yes", action="store_true", help="ask nothing")
    options = parser.parse_args(argv)
    config, targets, login = on_deploy_host.reached(options)
    if not agreed(options):
        return 1
    job = "" if options.dry_run else JOB
    target = on_deploy_host.deploy_host(config, targets)
    code = on_deploy_host.run(target, login, words(options), job)
    if code or options.keep_hosts:
        return code
    if options.dry_run:
        for hosts in turns(config):
            on_deploy_host.say(f"power-off: would switch off {', '.join(hosts)}")
        return 0
    try:
        left = asyncio.run(switch_off(turns(config), targets, login, on_deploy_host.say))
    except HostError as error:
        on_deploy_host.say(f"power-off: bastion: {error.kind}: {error}")
        return 1
    return 1 if left else 0


if __name__ == "__main__":
    sys.exit(main())
