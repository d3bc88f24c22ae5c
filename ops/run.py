"""`make preview|up|refresh|destroy STACK=`: pulumi, with order made before and a summary after.

Before: the configuration is checked, a missing stack is made, a stale lock is removed, what a
killed run left open or unconfirmed is resolved, one line each. A large cloud's first `up` does its hosts
first. After a failure: one line per failed host and concern.
Everything else is plain pulumi: its output, its questions and its exit code come through unchanged.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

from config.environment import NOT_BEFORE_THE_END, OVERVIEW
from ops import failures, hosts_first, lock, pending, stack, unconfirmed, vault_first

COMMANDS = ("preview", "up", "refresh", "destroy")
NEED_STATE = ("refresh", "destroy")
"""Commands that make no stack: where there is none, there is nothing to do."""


class Run:
    """One run of pulumi on one stack."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.options = options
        self.name: str = options.stack
        self.file = stack.stack_file(options.stack, options.config_file)
        self.hosts = list(stack.hosts(self.file))
        self.binary = stack.pulumi()
        self.again: list[str] = []
        self.fresh = False
        """Whether nothing of the stack is there yet."""
        self.past_vault = False
        """Whether there is nothing left to do up to the vault alone."""
        self.hosts_first = False
        self.after = ""
        """What is said at the end: failures, or the page of a cloud that is not there yet."""
        # The event log is a flag that pulumi shows (and takes) only with its debug commands switched on.
        self.environment = {**stack.environment(), "PULUMI_DEBUG_COMMANDS": "true"}

    def prepare(self) -> None:
        """Make the stack ready to be run on. Raises StackError when only the operator can."""
        self._clear_lock()
        try:
            state = stack.export(self.name)
        except stack.NoStackError:
            if self.options.command in NEED_STATE:
                raise stack.StackError(
                    f"stack {self.name} does not exist: there is nothing to {self.options.command}"
                ) from None
            stack.make(self.name)
            say(f"stack {self.name} is new: created")
            self.fresh = True
            self.hosts_first = self._splits(None)
            return
        self.fresh = not (state.get("deployment") or {}).get("resources")
        self.past_vault = bool(self.options.until) and vault_first.is_past(state)
        self.hosts_first = self._splits(state)
        self._resolve(pending.pending(state), state)
        if self.options.command == "up":
            self.again = unconfirmed.unconfirmed(state)
            for urn in self.again:
                say(f"{urn.rpartition('::')[2]} was never confirmed: it is applied again")

    def _splits(self, state: dict[str, Any] | None) -> bool:
        """Whether the hosts get a run of their own; not where pulumi was given more words, which may not suit two."""
        whole = self.options.command == "up" and not (self.options.more or self.options.expect_no_changes)
        return whole and hosts_first.worth_it(len(self.hosts), state)

    def _clear_lock(self) -> None:
        url = os.environ.get("PULUMI_BACKEND_URL", "")
        locks = lock.read_locks(lock.lock_dir(url, project(), self.name))
        held = [item for item in locks if not lock.is_stale(item)]
        if held and self.options.command != "preview":
            raise stack.StackError(
                f"stack {self.name} is in use by {'; '.join(map(str, held))}. Wait for it to end; "
                f"if you know that it is gone: pulumi cancel -s {self.name}"
            )
        if locks and not held:
            done = stack.call("cancel", "--yes", "--stack", self.name)
            if done.returncode:
                raise stack.StackError(done.stderr.strip())
            for item in locks:
                say(f"stale lock removed ({item})")

    def _resolve(self, found: list[pending.Pending], state: dict[str, Any]) -> None:
        if not found:
            return
        if self.options.command == "preview":
            for item in found:
                say(f"a killed run left {item.name} {item.operation}: the next up resolves it")
            return
        left = [item for item in found if not item.harmless]
        if left:
            raise stack.StackError(pending.advice(self.name, left))
        # An import drops all open operations and keeps everything else, secrets still encrypted.
        done = stack.call("stack", "import", "--stack", self.name, given=json.dumps(state))
        if done.returncode:
            raise stack.StackError(f"open operations could not be cleared: {done.stderr.strip()}")
        for item in found:
            say(item.resolved())

    def run(self) -> int:
        """Run pulumi in the foreground; returns its exit code."""
        if self.past_vault:
            command = f"make {self.options.command} STACK={self.name}"
            say(
                f"stack {self.name} has gone on from its vault: nothing to do up to there alone ({command} does all)"
            )
            return 0
        started = time.monotonic()
        code = 0
        if self.hosts_first:
            say(f"{len(self.hosts)} new hosts are prepared first, then the rest is done")
            code = self._pulumi(hosts_first.ARGUMENTS, hosts_first.ENVIRONMENT)
        if code == 0:
            again = [word for urn in self.again for word in ("--replace", urn)]
            part = (vault_first.ARGUMENTS, vault_first.ENVIRONMENT) if self.options.until else ((), {})
            code = self._pulumi([*again, *part[0]], part[1])
        say(
            f"{self.options.command} of {self.name}: {'done' if code == 0 else f'exit {code}'} "
            f"after {elapsed(time.monotonic() - started)}"
        )
        if self.after:
            say(self.after)
        return code

    def _pulumi(self, more: Sequence[str], environment: dict[str, str]) -> int:
        with tempfile.TemporaryDirectory(prefix="openstack-cloud-") as folder:
            log = Path(folder) / "events"
            words = [self.binary, *arguments(self.options, self.file, interactive=sys.stdin.isatty())]
            page = Path(folder) / "overview"
            if self.fresh and self.options.command == "preview" and not self.options.until:
                width = shutil.get_terminal_size((160, 0)).columns
                environment = {**environment, OVERVIEW: f"{page}:{width}"}
            code = foreground([*words, *more, "--event-log", str(log)], {**self.environment, **environment})
            if code and log.is_file():
                with log.open(encoding="utf-8") as lines:
                    self.after = failures.summary(failures.failures(lines, self.hosts), self.hosts)
            if code == 0 and page.is_file():
                # What a cloud will be is more to a person than hundreds of resources to be made.
                self.after = "\n" + page.read_text(encoding="utf-8")
        return code


def arguments(options: argparse.Namespace, file: Path, *, interactive: bool) -> list[str]:
    """The arguments for pulumi. Without a terminal nothing is asked; only --yes makes it go on then."""
    command: str = options.command
    words = [command, "--stack", options.stack]
    if options.config_file:
        words += ["--config-file", str(file)]
    if not interactive:
        words += ["--non-interactive"]
    if command == "preview":
        words += ["--diff"]
    elif options.yes:
        words += ["--yes", "--skip-preview"]
    if command in {"up", "destroy"}:
        words += ["--continue-on-error"]
    if options.expect_no_changes:
        words += ["--expect-no-changes"]
    return [*words, *options.more]


def foreground(words: Sequence[str], environment: dict[str, str]) -> int:
    """Run a program with our terminal; it decides what an interruption means. Returns its exit code."""
    child = subprocess.Popen(words, cwd=stack.ROOT, env=environment)

    def forward(number: int, _frame: object) -> None:
        child.send_signal(number)

    # Ctrl-C reaches the child by the terminal; a plain kill of us has to be handed on.
    before = {signal.SIGINT: signal.signal(signal.SIGINT, signal.SIG_IGN)}
    before[signal.SIGTERM] = signal.signal(signal.SIGTERM, forward)
    try:
        code = child.wait()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    return code if code >= 0 else 128 - code


def project() -> str:
    """Name of the Pulumi project. Raises StackError."""
    try:
        return str(yaml.safe_load((stack.ROOT / "Pulumi.yaml").read_text(encoding="utf-8"))["name"])
    except (OSError, yaml.YAMLError, KeyError, TypeError) as error:
        raise stack.StackError(f"Pulumi.yaml cannot be read: {error}") from None


def elapsed(seconds: float) -> str:
    """A duration for people: `4.2 s`, `3 min 07 s`."""
    return f"{seconds:.1f} s" if seconds < 60 else f"{int(seconds // 60)} min {int(seconds % 60):02d} s"


def say(line: str) -> None:
    """A line of ours among pulumi's: on stderr, so that `preview --json` stays clean."""
    sys.stdout.flush()
    sys.stderr.write(line + "\n")
    sys.stderr.flush()


def parse(argv: Sequence[str] | None) -> argparse.Namespace:
    """The command line; what it does not know goes to pulumi as it is."""
    parser = argparse.ArgumentParser(prog="python -m ops.run", description=__doc__, allow_abbrev=False)
    parser.add_argument("command", choices=COMMANDS)
    stack.arguments(parser)
    parser.add_argument("--yes", action="store_true", help="ask nothing, show no preview first")
    parser.add_argument("--expect-no-changes", action="store_true", help="fail when there is a change")
    parser.add_argument("--until", choices=[vault_first.STAGE], help="of a new cloud no more than that")
    options, more = parser.parse_known_args(argv)
    if options.until and options.command in NEED_STATE:
        parser.error(f"--until: {options.command} is of the whole stack")
    options.more = [word for word in more if word != "--"]
    return options


def main(argv: Sequence[str] | None = None) -> int:
    """The command; returns pulumi's exit code, 1 when pulumi was not run."""
    options = parse(argv)
    try:
        run = Run(options)
        if options.command in NEED_STATE:
            run.prepare()  # first: reading the secrets of a stack makes the stack
        without = NOT_BEFORE_THE_END if options.until else ()
        stack.load(options.stack, options.config_file, without=without)
        if options.command not in NEED_STATE:
            run.prepare()
    except stack.StackError as error:
        say(str(error))
        return 1
    return run.run()


if __name__ == "__main__":
    sys.exit(main())
