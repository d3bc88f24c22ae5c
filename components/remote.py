"""Host work as Pulumi resources: how a host is reached, and the one way in which states are applied."""

from __future__ import annotations

import math
import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pulumi
from pulumi_command import remote

from components.state import State, canonical, digest
from config.cloud import CloudConfig

HOSTCTL = "/usr/local/sbin/hostctl"
STAGED = ".hostctl"
"""Where the copy of hostctl lands, in the login user's home: SFTP cannot become root."""

DIAL_RETRIES = 4
"""Attempts to connect after the first: a host that is off fails within a minute at 10 s each."""
_RETRY_PAUSE = 5
"""Longest pause between two attempts to connect, in seconds (pulumi-command backs off up to it)."""
_QUICK_RETRIES = 10
"""Attempts that are over before pulumi-command's pauses have grown to the longest."""
_ROLLBACK_MARGIN = 30
"""Seconds that a rollback itself may take until SSH answers again."""

DEADLINES = {
    "sources": 60,
    "base": 1800,
    "secrets": 120,
    "network": 180,
    "firewall": 60,
    "ceph-base": 900,
    "ceph-keys": 60,
    "ceph-access": 60,
    "ceph-monitor": 300,
    "ceph-daemons": 900,
    "ceph-pools": 900,
    "ceph-users": 120,
    "ceph-gateways": 600,
    "ceph-rgw": 60,
}
"""Seconds that each group may take on a host, unless its component says otherwise; base upgrades packages."""
CONFIRM_DEADLINE = 60


@dataclass(frozen=True)
class HostctlBundle:
    """A program of ours that is copied to hosts: hostctl to all of them, kolla-run to one."""

    path: Path
    version: str
    """What its command `version` prints; each apply insists on hostctl's."""


@dataclass(frozen=True)
class HostConnection:
    """How one host is reached."""

    host_key: str
    """The key that proves that the host is itself."""
    work: pulumi.Output[remote.ConnectionArgs]
    """One secret value for all steps of the host: the SDK does the same work again for each new one."""
    confirm: pulumi.Output[remote.ConnectionArgs]
    """As `work`, but it goes on dialling until an unconfirmed change must have been rolled back."""


def host_connections(config: CloudConfig, private_key: str) -> dict[str, HostConnection]:
    """The connection of each active host.

    Args:
        config: the whole cloud.
        private_key: the operator's key; each connection is a secret as a whole.

    Raises:
        ValueError: a host has no host key; without one nothing would prove who answers.
    """
    host_keys = config.host_keys()
    missing = [name for name in config.active() if name not in host_keys]
    if missing:
        raise ValueError(f"no SSH host key for {', '.join(missing)} (run make host-keys and compare)")
    ssh = config.ssh
    bastion = ssh.bastion
    proxy = (
        remote.ProxyConnectionArgs(
            host=bastion.host,
            port=bastion.port,
            user=bastion.user,
            private_key=private_key,
            host_key=bastion.host_key,
            dial_error_limit=DIAL_RETRIES,
            per_dial_timeout=ssh.connect_timeout,
        )
        if bastion
        else None
    )

    def connection(name: str, retries: int) -> pulumi.Output[remote.ConnectionArgs]:
        arguments = remote.ConnectionArgs(
            host=str(config.hosts[name].addresses["management"]),
            port=ssh.port,
            user=ssh.user,
            private_key=private_key,
            host_key=host_keys[name],
            dial_error_limit=retries,
            per_dial_timeout=ssh.connect_timeout,
            proxy=proxy,
        )
        return pulumi.Output.secret(arguments)

    patient = confirm_retries(config.firewall.confirm_within)
    return {
        name: HostConnection(host_keys[name], connection(name, DIAL_RETRIES), connection(name, patient))
        for name in config.active()
    }


def confirm_retries(window: int) -> int:
    """Retries that outlive a rollback window of so many seconds even if each attempt fails at once."""
    return _QUICK_RETRIES + math.ceil((window + _ROLLBACK_MARGIN) / _RETRY_PAUSE)


class HostWork:
    """Applies the states of one host, each after the one before; children of one component.

    Every command has a stdin and a deadline, so that none can hang, and `sudo` outside `timeout`, because
    a user's `timeout` may not stop a process of root. The first step waits for all of `after`.
    """

    def __init__(
        self,
        prefix: str,
        connection: HostConnection,
        bundle: HostctlBundle,
        parent: pulumi.Resource,
        after: Sequence[pulumi.Resource] = (),
    ) -> None:
        self._prefix = prefix
        self._connection = connection
        self._bundle = bundle
        self._parent = parent
        self._after = list(after)
        self._install = ""

    @property
    def last(self) -> pulumi.Resource:
        """The latest step: whoever depends on it depends on all before it."""
        return self._after[0]

    def copy(self) -> None:
        """Stage hostctl; the next step installs it. A new host key means a new host, which gets a copy."""
        self.stage(self._bundle, STAGED)
        self._install = f"sudo -n install -m 0755 {STAGED} {HOSTCTL} && "

    def stage(self, program: HostctlBundle, name: str) -> None:
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
        before: str = "",
        also: str = "",
        suffix: str | None = None,
        deadline: int = 0,
        protect: bool = False,
    ) -> None:
        """Bring about a state that anybody may read.

        Args:
            group: hostctl's name of it.
            state: what is wanted.
            before: a command to run first, with its `&&`.
            also: a command to run after it, with its `&&`.
            suffix: of the resource's name; None: the group.
            deadline: seconds; 0: that of the group.
            protect: the step is not taken back before its protection is lifted by hand.
        """
        suffix = f"-{group}" if suffix is None else suffix
        create = before + self._apply(group, deadline) + also
        self._command(suffix, create, canonical(state), protect=protect)

    def apply_secret(
        self,
        group: str,
        state: State | pulumi.Output[State],
        *,
        before: str = "",
        suffix: str | None = None,
        deadline: int = 0,
    ) -> None:
        """Bring about a state with secrets: nothing of it is logged or kept in clear; arguments as `apply`."""
        # An apply for each host's plain state would be most of a large program's time.
        text = canonical(state) if isinstance(state, dict) else state.apply(canonical)
        stdin = pulumi.Output.secret(text)
        suffix = f"-{group}" if suffix is None else suffix
        self._command(suffix, before + self._apply(group, deadline), stdin, logging=remote.Logging.NONE)

    def job(self, suffix: str, name: str, argv: str, inputs: pulumi.Input[str], deadline: int) -> None:
        """Run a long command to its end: start it, or attach to the one that an earlier run has left.

        Args:
            suffix: of the resource's name.
            name: hostctl's name of the job.
            argv: the command, in the shell's words; its stdin is `inputs`, the job's own is empty.
            inputs: what it depends on: it runs again exactly when this has changed. Readable, no secret.
            deadline: seconds after which we stop following it; the job itself goes on.
        """
        create = f"{_as_root(deadline)} job {name} -- {argv}"
        self._command(suffix, create, inputs, logging=remote.Logging.STDOUT_AND_STDERR)

    def run(self, name: str, command: str, stdin: pulumi.Input[str], deadline: int) -> pulumi.Output[str]:
        """Run a program as root; return what it prints. It runs again when its name, itself or its stdin changes.

        Args:
            name: of the step.
            command: the program's words, for a shell; no secret in them.
            stdin: what it reads.
            deadline: seconds until it is ended.
        """
        return self._command(f"-{name}", f"{_root(deadline)} {command}", stdin).stdout

    def ask(self, name: str, script: str, stdin: pulumi.Input[str], deadline: int) -> pulumi.Output[str]:
        """Run a shell script as root whose answer is a secret: it is not logged and not kept in clear."""
        create = f"{_root(deadline)} sh -c {shlex.quote(script)}"
        return self._command(f"-{name}", create, stdin, logging=remote.Logging.NONE).stdout

    def apply_confirmed(self, group: str, state: State, window: int, *, suffix: str | None = None) -> None:
        """Bring about a state that could lock us out: undone after `window` seconds unless confirmed.

        The confirmation is a resource of its own because it must come over a new connection. Its stdin is
        the sha256 of the state, so that it runs again exactly when there is something to confirm.
        """
        suffix = f"-{group}" if suffix is None else suffix
        text = canonical(state)
        self._command(suffix, f"{self._apply(group)} --confirm-within {window}", text)
        retry = f"once the cause is mended: pulumi up --replace '**{self._prefix}{suffix}'"
        self._command(
            f"{suffix}-confirm",
            f"{_as_root(CONFIRM_DEADLINE)} confirm {group} || "
            f"{{ rc=$?; echo {shlex.quote(retry)} >&2; exit $rc; }}",
            digest(text),
            connection=self._connection.confirm,
        )

    def _apply(self, group: str, deadline: int = 0) -> str:
        install, self._install = self._install, ""
        seconds = deadline or DEADLINES[group]
        return f"{install}{_as_root(seconds)} apply {group} --expect {self._bundle.version}"

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


def _as_root(deadline: int) -> str:
    return f"{_root(deadline)} {HOSTCTL}"


def _root(deadline: int) -> str:
    return f"sudo -n timeout --kill-after=30 {deadline}"
