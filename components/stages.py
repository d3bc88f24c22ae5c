"""The stages of a bring-up: components that come one after the other, host by host."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TypeVar

import pulumi

from components.fleet import Fleet


class Stage(pulumi.ComponentResource):
    """A component that works on hosts."""

    ready: Mapping[str, pulumi.Resource]
    """The last step on each host that it works on: whoever depends on it depends on all before it."""


After = Sequence[Stage | None]
"""The stages that come before one; None: one that the stack file does not ask for."""


def on_host(after: After, host: str) -> list[pulumi.Resource]:
    """What has to be done on one host before the next stage begins there."""
    return [stage.ready[host] for stage in after if stage and host in stage.ready]


def on_all_hosts(after: After) -> list[pulumi.Resource]:
    """What has to be done anywhere before a stage that needs all hosts."""
    return [step for stage in after if stage for step in stage.ready.values()]


S = TypeVar("S", bound=Stage)
A = TypeVar("A")


class Stages:
    """Declares stages on one fleet and knows when all of them are registered."""

    def __init__(self, fleet: Fleet) -> None:
        self._fleet = fleet
        self._declared: list[Stage] = []

    def add(self, kind: Callable[[str, A, pulumi.ResourceOptions | None], S], name: str, args: A) -> S:
        """Declare a stage."""
        with _without_stack_traces():
            stage = kind(name, args, self._fleet.options)
        self._declared.append(stage)
        return stage

    async def settled(self) -> None:
        """Wait until the engine has answered for all last steps.

        The SDK's own wait asks all open outputs again after each answer, which for 1,000 hosts takes longer than all
        the rest: after this one none is open. What failed is reported by the SDK.
        """
        steps = on_all_hosts(self._declared)
        await asyncio.gather(*(step.urn.future() for step in steps), return_exceptions=True)


@contextmanager
def _without_stack_traces() -> Iterator[None]:
    """Declare resources without the stack of their declaration.

    The SDK sends some twenty frames with each, the same for every host, with paths of this machine. The engine keeps
    them in the state, where they were a fifth of it. There is no switch; Python's own limit leaves it nothing to send.
    """
    before = getattr(sys, "tracebacklimit", None)
    sys.tracebacklimit = 1
    try:
        yield
    finally:
        if before is None:
            del sys.tracebacklimit
        else:
            sys.tracebacklimit = before
