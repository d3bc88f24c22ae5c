"""Host work as Pulumi resources: the one way in which programs get onto hosts and states are applied."""

from __future__ import annotations

import shlex
from collections.abc import Sequence

import pulumi
from pulumi_command import remote

from components.fleet import Fleet
from components.state import State, canonical, digest
from host_programs.bundle import Program
from host_programs.contract.hostctl import HOSTCTL

STAGED = ".hostctl"
"""Where the copy of hostctl lands, in the login user's home: SFTP cannot become root."""
CONFIRM_DEADLINE = 60
"""Seconds that a confirmation may take on the host."""


class HostWork:
    """Applies the states of one host, each after the one before; children of one component.

    Every command has a stdin and a deadline, so that none can hang, and `sudo` outside `timeout`, because
    a user's `timeout` may not stop a process of root. The first step waits for all of `after`.
    """

    def __init__(
        self,
        prefix: str,
        fleet: Fleet,
        host: str,
        parent: pulumi.Resource,
        after: Sequence[pulumi.Resource] = (),
    ) -> None:
        self._prefix = prefix
        self._connection = fleet.connections[host]
        self._hostctl = fleet.hostctl
        self._window = fleet.confirm_within
        self._parent = parent
        self._after = list(after)
        self._install: list[str] = []

    @property
    def last(self) -> pulumi.Resource:
        """The latest step: whoever depends on it depends on all before it."""
        return self._after[0]

    def copy(self) -> None:
        """Stage hostctl; the next step installs it. A new host key means a new host, which gets a copy."""
        self.stage(self._hostctl, STAGED)
        self._install = [install(STAGED, HOSTCTL)]

    def stage(self, program: Program, name: str) -> None:
        """Copy a program to `name` in the login user's home; a later step has to install it."""
        self._done(
            remote.CopyToRemote(
                f"{self._prefix}-copy",
                connection=self._connection.work,
                source=pulumi.FileAsset(str(program.path)),
                remote_path=name,
                triggers=[self._connection.host_key],
                opts=self._opts(),
            )
        )

    def wait_for(self, *resources: pulumi.Resource) -> None:
        """Have the next step wait for other hosts' steps as well."""
        self._after += [step for step in resources if step not in self._after]

    def apply(
        self,
        group: str,
        state: State,
        *,
        deadline: int,
        before: Sequence[str] = (),
        also: Sequence[str] = (),
        suffix: str | None = None,
        protect: bool = False,
    ) -> None:
        """Bring about a state that anybody may read.

        Args:
            group: hostctl's name of it.
            state: what is wanted.
            deadline: seconds until it is ended.
            before: commands to run first; each only if the one before succeeds, and so on to the last of `also`.
            also: commands to run after it.
            suffix: of the resource's name; None: the group.
            protect: the step is not taken back before its protection is lifted by hand.
        """
        suffix = f"-{group}" if suffix is None else suffix
        create = _all(*before, *self._apply(group, deadline), *also)
        self._command(suffix, create, canonical(state), protect=protect)

    def apply_secret(
        self,
        group: str,
        state: State | pulumi.Output[State],
        *,
        deadline: int,
        before: Sequence[str] = (),
        suffix: str | None = None,
    ) -> None:
        """Bring about a state with secrets: nothing of it is logged or kept in clear; arguments as `apply`."""
        # An apply for each host's plain state would be most of a large program's time.
        text = canonical(state) if isinstance(state, dict) else state.apply(canonical)
        stdin = pulumi.Output.secret(text)
        suffix = f"-{group}" if suffix is None else suffix
        create = _all(*before, *self._apply(group, deadline))
        self._command(suffix, create, stdin, logging=remote.Logging.NONE)

    def job(self, suffix: str, name: str, argv: str, inputs: pulumi.Input[str], deadline: int) -> None:
        """Run a long command to its end: start it, or attach to the one that an earlier run has left.

        Args:
            suffix: of the resource's name.
            name: hostctl's name of the job.
            argv: the command, in the shell's words; its stdin is `inputs`, the job's own is empty.
            inputs: what it depends on: it runs again exactly when this has changed. Readable, no secret.
            deadline: seconds after which we stop following it; the job itself goes on.
        """
        create = as_root(f"{HOSTCTL} job {name} -- {argv}", deadline)
        self._command(suffix, create, inputs, logging=remote.Logging.STDOUT_AND_STDERR)

    def run(self, name: str, command: str, stdin: pulumi.Input[str], deadline: int) -> pulumi.Output[str]:
        """Run a program as root; return what it prints. It runs again when its name, itself or its stdin changes.

        Args:
            name: of the step.
            command: the program's words, for a shell; no secret in them.
            stdin: what it reads.
            deadline: seconds until it is ended.
        """
        return self._command(f"-{name}", as_root(command, deadline), stdin).stdout

    def ask(self, name: str, script: str, stdin: pulumi.Input[str], deadline: int) -> pulumi.Output[str]:
        """Run a shell script as root whose answer is a secret: it is not logged and not kept in clear."""
        create = as_root(f"sh -c {shlex.quote(script)}", deadline)
        return self._command(f"-{name}", create, stdin, logging=remote.Logging.NONE).stdout

    def apply_confirmed(self, group: str, state: State, *, deadline: int, suffix: str | None = None) -> None:
        """Bring about a state that could lock us out: undone after the fleet's window unless confirmed.

        The confirmation is a resource of its own because it must come over a new connection. Its stdin is
        the sha256 of the state, so that it runs again exactly when there is something to confirm.
        """
        suffix = f"-{group}" if suffix is None else suffix
        text = canonical(state)
        create = f"{_all(*self._apply(group, deadline))} --confirm-within {self._window}"
        self._command(suffix, create, text)
        retry = f"once the cause is fixed: pulumi up --replace '**{self._prefix}{suffix}'"
        self._command(
            f"{suffix}-confirm",
            f"{as_root(f'{HOSTCTL} confirm {group}', CONFIRM_DEADLINE)} || "
            f"{{ rc=$?; echo {shlex.quote(retry)} >&2; exit $rc; }}",
            digest(text),
            connection=self._connection.confirm,
        )

    def _apply(self, group: str, deadline: int) -> list[str]:
        installing, self._install = self._install, []
        expected = f"--expect {self._hostctl.version}"
        return [*installing, as_root(f"{HOSTCTL} apply {group} {expected}", deadline)]

    def _command(
        self,
        suffix: str,
        create: str,
        stdin: pulumi.Input[str],
        *,
        logging: remote.Logging = remote.Logging.STDERR,
        connection: pulumi.Output[remote.ConnectionArgs] | None = None,
        protect: bool = False,
    ) -> remote.Command:
        secret = ["stdin", "stdout", "stderr"] if logging is remote.Logging.NONE else None
        command = remote.Command(
            f"{self._prefix}{suffix}",
            connection=connection or self._connection.work,
            create=create,
            stdin=stdin,
            logging=logging,
            add_previous_output_in_env=False,
            opts=self._opts(secret, protect=protect),
        )
        self._done(command)
        return command

    def _opts(self, secret: list[str] | None = None, *, protect: bool = False) -> pulumi.ResourceOptions:
        return pulumi.ResourceOptions(
            parent=self._parent,
            depends_on=list(self._after),
            additional_secret_outputs=secret,
            protect=protect or None,
        )

    def _done(self, resource: pulumi.Resource) -> None:
        self._after = [resource]


def as_root(command: str, deadline: int) -> str:
    """A shell command that runs a program as root and ends it after so many seconds."""
    return f"sudo -n timeout --kill-after=30 {deadline} {command}"


def install(staged: str, path: str) -> str:
    """A shell command that puts a staged program in its place."""
    return f"sudo -n install -m 0755 {staged} {path}"


def _all(*commands: str) -> str:
    """One shell command that runs each only if the one before succeeded."""
    return " && ".join(commands)
