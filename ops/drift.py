"""`make drift STACK= [FIX=1]`: what changed on the hosts behind our back, and its repair.

Every host compares itself with the state that `pulumi up` left on it (`hostctl check`), so the answer
costs one connection per host and no run of the engine.
Exit codes: 0 no drift, 3 drift, 1 a host could not be checked.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict

import asyncssh

from ops import ssh
from ops.progress import Progress
from ops.report import NO_PROGRAM, Report, exit_code, last_words, read_report, render
from ops.ssh import HostError, Login, Target

HOSTCTL = "/usr/local/sbin/hostctl"
CHECK_DEADLINE = 120
FIX_DEADLINE = 1800


def check_command(groups: Sequence[str], *, fix: bool = False) -> str:
    """The remote command; exit 127 when hostctl is not there, whatever sudo says about it."""
    words = [HOSTCTL, "check", *groups, *(["--fix"] if fix else []), "--json"]
    return f"test -x {HOSTCTL} || exit {NO_PROGRAM}; sudo -n {' '.join(words)}"


class Checker:
    """Checks and repairs hosts with one login; `tunnel` is the bastion's connection, if any."""

    def __init__(
        self, login: Login, tunnel: asyncssh.SSHClientConnection | None, groups: Sequence[str]
    ) -> None:
        self.login = login
        self.tunnel = tunnel
        self.groups = groups
        self.one_at_a_time = asyncio.Lock()

    async def check(self, target: Target) -> Report:
        """Compare one host with its stored state."""
        try:
            async with ssh.connect(target, self.login, self.tunnel) as connection:
                result = await ssh.run(connection, check_command(self.groups), CHECK_DEADLINE)
            return read_report(target.name, result)[0]
        except HostError as error:
            return Report(target.name, error=f"{error.kind}: {error}")

    async def repair(self, target: Target, found: Report) -> Report:
        """Re-apply the drifted groups of one host, then confirm over a new connection what is armed."""
        risky = {"network", "firewall"} & set(found.drift)
        try:
            if risky:
                # One host at a time: a bad network state must not take several controllers away at once.
                async with self.one_at_a_time:
                    return await self._repair(target, found)
            return await self._repair(target, found)
        except HostError as error:
            return Report(target.name, found.drift, found.ok, error=f"{error.kind}: {error}")

    async def _repair(self, target: Target, found: Report) -> Report:
        groups = sorted(found.drift)
        async with ssh.connect(target, self.login, self.tunnel) as connection:
            result = await ssh.run(connection, check_command(groups, fix=True), FIX_DEADLINE)
        # -1: the change cut this very connection; whether the host can still be reached shows below.
        if result.status not in {-1, 0, 3}:
            raise HostError("failed", f"exit {result.status}: {last_words(result)}")
        async with ssh.connect(target, self.login, self.tunnel) as connection:
            after, status = read_report(
                target.name, await ssh.run(connection, check_command(groups), CHECK_DEADLINE)
            )
            armed = sorted(name for name, value in status.items() if value == "armed")
            if armed:
                confirm = f"sudo -n {HOSTCTL} confirm {' '.join(armed)}"
                done = await ssh.run(connection, confirm, CHECK_DEADLINE)
                if done.status != 0:
                    raise HostError("not confirmed", last_words(done))
        fixed = {
            name: tuple(item for item in items if item not in after.drift.get(name, ()))
            for name, items in found.drift.items()
        }
        return Report(
            target.name, after.drift, after.ok, {name: items for name, items in fixed.items() if items}
        )


async def inspect(
    hosts: Mapping[str, Target], login: Login, groups: Sequence[str], *, fix: bool, progress: Progress
) -> list[Report]:
    """Check all hosts at once and, with `fix`, repair the drifted ones; reports in the hosts' order."""
    try:
        async with ssh.way(login) as tunnel:
            checker = Checker(login, tunnel, groups)

            async def one(target: Target) -> Report:
                report = await checker.check(target)
                if fix and report.drift:
                    progress.say(f"{target.name}: repairing {', '.join(sorted(report.drift))}")
                    report = await checker.repair(target, report)
                progress.step()
                return report

            return list(await asyncio.gather(*(one(target) for target in hosts.values())))
    except HostError as error:
        return [Report(name, error=f"{error.kind}: bastion: {error}") for name in hosts]


def main(argv: Sequence[str] | None = None) -> int:
    """The command; returns its exit code."""
    from ops import stack  # noqa: PLC0415  # the models are slow to import: not for a --help

    parser = argparse.ArgumentParser(prog="python -m ops.drift", description=__doc__)
    stack.arguments(parser)
    parser.add_argument("--fix", action="store_true", help="re-apply the stored state where it drifted")
    parser.add_argument("--group", action="append", default=[], help="only this group of states (repeatable)")
    parser.add_argument("--host", action="append", default=[], help="only this host (repeatable)")
    parser.add_argument("--json", action="store_true", help="machine-readable result on stdout")
    options = parser.parse_args(argv)
    try:
        config = stack.load(options.stack, options.config_file)
        hosts = ssh.targets(config, config.host_keys())
        stack.check_hosts(options.host, hosts)
        login = ssh.login(config)
    except (stack.StackError, HostError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    hosts = {name: target for name, target in hosts.items() if not options.host or name in options.host}
    progress = Progress(len(hosts), quiet=options.json)
    reports = asyncio.run(inspect(hosts, login, options.group, fix=options.fix, progress=progress))
    if options.json:
        seconds = round(progress.elapsed(), 3)
        document = {"seconds": seconds, "hosts": {report.host: asdict(report) for report in reports}}
        sys.stdout.write(json.dumps(document, indent=2) + "\n")
    else:
        sys.stdout.write(render(reports, progress.elapsed()) + "\n")
    return exit_code(reports)


if __name__ == "__main__":
    sys.exit(main())
