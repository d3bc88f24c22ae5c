"""`make drift STACK= [FIX=1]`: what changed on the hosts behind our back, and its repair.

Every host compares itself with the state that `pulumi up` left on it (`hostctl check`), so the answer
costs one connection per host and no run of the engine. Only where a host rolled a change back is the engine
asked what it holds.
Exit codes: 0 no drift, 3 drift, 1 a host could not be checked.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, replace

import asyncssh

from host_programs.contract import EXIT_NO_PROGRAM
from host_programs.contract.hostctl import ARMED, EXIT_DRIFT, HOSTCTL
from ops import access, rolled_back, ssh, stack
from ops.access import HostError, Login, Target
from ops.command import one_line_for
from ops.progress import Progress
from ops.report import Report, exit_code, last_words, read_report, render

CHECK_DEADLINE = 120
FIX_DEADLINE = 1800


def check_command(groups: Sequence[str], *, fix: bool = False) -> str:
    """The remote command; exit 127 when hostctl is not there, whatever sudo says about it."""
    words = [HOSTCTL, "check", *groups, *(["--fix"] if fix else []), "--json"]
    return f"test -x {HOSTCTL} || exit {EXIT_NO_PROGRAM}; sudo -n {' '.join(words)}"


class Checker:
    """Checks and repairs hosts with one login; `tunnel` is the bastion's connection, if any."""

    def __init__(
        self,
        login: Login,
        tunnel: asyncssh.SSHClientConnection | None,
        groups: Sequence[str],
        judge: rolled_back.Judge,
    ) -> None:
        self.login = login
        self.tunnel = tunnel
        self.groups = groups
        self.judge = judge
        self.one_at_a_time = asyncio.Lock()

    async def check(self, target: Target) -> tuple[Report, list[str]]:
        """Compare one host with its stored state; also says which groups can be repaired."""
        try:
            async with ssh.connect(target, self.login, self.tunnel) as connection:
                result = await ssh.run(connection, check_command(self.groups), CHECK_DEADLINE)
            report, left = await self.judge.judge(read_report(target.name, result)[0])
            return report, sorted({*report.drift, *report.rolled_back} - left)
        except HostError as error:
            return Report(target.name, error=f"{error.kind}: {error}"), []

    async def repair(self, target: Target, found: Report, groups: Sequence[str]) -> Report:
        """Re-apply groups of one host where they drifted, then confirm over a new connection what is armed."""
        risky = {"network", "firewall"} & set(groups)
        try:
            if risky:
                # One host at a time: a bad network state must not take several controllers away at once.
                async with self.one_at_a_time:
                    return await self._repair(target, found, groups)
            return await self._repair(target, found, groups)
        except HostError as error:
            return Report(target.name, found.drift, found.ok, error=f"{error.kind}: {error}")

    async def _repair(self, target: Target, found: Report, groups: Sequence[str]) -> Report:
        async with ssh.connect(target, self.login, self.tunnel) as connection:
            result = await ssh.run(connection, check_command(groups, fix=True), FIX_DEADLINE)
        # -1: the change cut this very connection; whether the host can still be reached shows below.
        if result.status not in {-1, 0, EXIT_DRIFT}:
            raise HostError("failed", f"exit {result.status}: {last_words(result)}")
        async with ssh.connect(target, self.login, self.tunnel) as connection:
            result = await ssh.run(connection, check_command(self.groups), CHECK_DEADLINE)
            after, status = read_report(target.name, result)
            armed = [name for name in groups if status.get(name) == ARMED]
            if armed:
                confirm = f"sudo -n {HOSTCTL} confirm {' '.join(armed)}"
                done = await ssh.run(connection, confirm, CHECK_DEADLINE)
                if done.status != 0:
                    raise HostError("not confirmed", last_words(done))
        after, _ = await self.judge.judge(after)
        fixed = {
            name: tuple(item for item in items if item not in after.drift.get(name, ()))
            for name, items in found.drift.items()
        }
        return replace(after, fixed={name: items for name, items in fixed.items() if items})


async def inspect(
    hosts: Mapping[str, Target],
    login: Login,
    groups: Sequence[str],
    *,
    fix: bool,
    progress: Progress,
    held: Callable[[], rolled_back.Held],
) -> list[Report]:
    """Check all hosts at once and, with `fix`, repair the drifted ones; reports in the hosts' order.

    Args:
        hosts: whom to ask.
        login: as whom.
        groups: only these groups of states; none: all.
        fix: whether to repair.
        progress: called with each host.
        held: reads what the stack holds; called at most once, and only if a host rolled a change back.
    """
    try:
        async with ssh.way(login) as tunnel:
            checker = Checker(login, tunnel, groups, rolled_back.Judge(held))

            async def one(target: Target) -> Report:
                report, mendable = await checker.check(target)
                if fix and mendable:
                    progress.say(f"{target.name}: repairing {', '.join(mendable)}")
                    report = await checker.repair(target, report, mendable)
                progress.step()
                return report

            return list(await asyncio.gather(*(one(target) for target in hosts.values())))
    except HostError as error:
        return [Report(name, error=f"{error.kind}: bastion: {error}") for name in hosts]


@one_line_for(stack.StackError, HostError)
def main(argv: Sequence[str] | None = None) -> int:
    """The command; returns its exit code."""
    parser = argparse.ArgumentParser(prog="python -m ops.drift", description=__doc__)
    stack.arguments(parser)
    parser.add_argument("--fix", action="store_true", help="re-apply the stored state where it drifted")
    parser.add_argument("--group", action="append", default=[], help="only this group of states (repeatable)")
    parser.add_argument("--host", action="append", default=[], help="only this host (repeatable)")
    parser.add_argument("--json", action="store_true", help="machine-readable result on stdout")
    options = parser.parse_args(argv)
    config = stack.load(options.stack, options.config_file)
    hosts, login = access.reach(config)
    stack.check_hosts(options.host, hosts)
    hosts = {name: target for name, target in hosts.items() if not options.host or name in options.host}
    progress = Progress(len(hosts), quiet=options.json)
    reports = asyncio.run(
        inspect(
            hosts,
            login,
            options.group,
            fix=options.fix,
            progress=progress,
            held=lambda: rolled_back.held(stack.export(options.stack), list(config.hosts)),
        )
    )
    if options.json:
        seconds = round(progress.elapsed(), 3)
        document = {"seconds": seconds, "hosts": {report.host: asdict(report) for report in reports}}
        sys.stdout.write(json.dumps(document, indent=2) + "\n")
    else:
        sys.stdout.write(render(reports, progress.elapsed()) + "\n")
    return exit_code(reports)


if __name__ == "__main__":
    sys.exit(main())
