"""What a gate of a recovery is: it is shown what the hosts show, and says what was found, what to do, what to wait for. Pure."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple, Union

from host_programs.contract.kolla_run import Expectations
from host_programs.kolla_run.integrity import short

UNIT = "kolla-{}-container.service"
"""Kolla-Ansible's name of a container's unit."""


class Order(NamedTuple):
    """A command that root runs on a host of the cloud."""

    why: str
    host: str
    argv: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.host}: {shlex.join(self.argv)}"


class Verb(NamedTuple):
    """A run of Kolla-Ansible on the deploy host."""

    why: str
    action: str
    tags: tuple[str, ...] = ()

    def __str__(self) -> str:
        return " ".join(["kolla-run", self.action, *(["--tags", ",".join(self.tags)] if self.tags else [])])


class Call(NamedTuple):
    """A change by an API of the cloud."""

    why: str
    service: str
    """Type in the catalogue."""
    path: str
    document: Mapping[str, Any]

    def __str__(self) -> str:
        return f"{self.service}: POST {self.path} {' '.join(self.document)}"


Step = Union[tuple[Order, ...], Verb, Call]  # noqa: UP007 - evaluated, Python 3.9
"""Orders of one step are given to their hosts at once."""


class Seen(NamedTuple):
    """What there is to decide by."""

    hosts: Mapping[str, Mapping[str, Any]]
    """What each host that answers shows of itself: playbooks/observe.py."""
    expected: Expectations
    without: frozenset[str] = frozenset()
    """Hosts of which the operator says that they are off and stay so."""
    record: Mapping[str, Any] = {}
    """What power-off wrote down; empty: the power was not switched off by it."""
    waited: float = 0.0
    """Seconds for which this gate has been waiting."""

    engine: str = "docker"
    """The container engine's program."""
    apis: Mapping[str, Any] = {}
    """Servers and load balancers, where they were asked for."""

    def members(self, cluster: str) -> list[str]:
        """The hosts of a cluster's members that are to be there."""
        return [host for host in self.expected["clusters"].get(cluster, ()) if host not in self.without]

    def whole(self, cluster: str) -> int:
        """How many members a cluster has, those that stay off included."""
        return len(self.expected["clusters"].get(cluster, ()))

    def member(self, cluster: str, host: str) -> Mapping[str, Any]:
        """What a member tells; empty: its container does not run."""
        found: Mapping[str, Any] = self.hosts.get(host, {}).get("members", {}).get(cluster) or {}
        return found


class Verdict(NamedTuple):
    """What a gate makes of what it is shown. It is open when there is nothing to do and nothing to wait for."""

    found: str = ""
    """What there is, for the operator."""
    steps: tuple[Step, ...] = ()
    """What is to be done now; what was done already is not done again."""
    waits: str = ""
    """What has to come true; "": nothing."""
    stuck: str = ""
    """What only the operator can mend; "": nothing."""


class Gate(NamedTuple):
    """One gate."""

    name: str
    looks_at: str
    judge: Callable[[Seen], Verdict]
    patience: float
    """Seconds within which what it waits for has to come true."""


def orders(why: str, host: str, *argvs: Iterable[str]) -> tuple[Order, ...]:
    """Several commands of one host, one after another."""
    return tuple(Order(why, host, tuple(argv)) for argv in argvs)


def start(why: str, host: str, units: Iterable[str]) -> tuple[Order, ...]:
    """Start units, also those that systemd has given up."""
    names = tuple(units)
    return orders(why, host, ("systemctl", "reset-failed", *names), ("systemctl", "start", *names))


def host_of(node: str, hosts: Iterable[str]) -> str:
    """The host of a node named NAME@HOST; "" if it is none of them."""
    wanted = short(node.rpartition("@")[2])
    return next((host for host in hosts if short(host) == wanted), "")
