"""Going through gates: look, do what is needed, wait until it is so; then the next one. May be run again at any point."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from host_programs.contract.kolla_run import EXIT_HOSTS
from host_programs.kolla_run.dialect import Request
from host_programs.kolla_run.errors import RunError
from host_programs.kolla_run.integrity_run import Clock
from host_programs.kolla_run.kolla import Kolla
from host_programs.kolla_run.openstack import NoAnswerError
from host_programs.kolla_run.recovery.gate import Call, Gate, Order, Seen, Step, Verb, Verdict
from host_programs.kolla_run.runner import FailedError

PAUSE = 10.0
"""Seconds between two looks."""
REMIND = 60.0
"""Seconds after which the same waiting is told again."""

Look = Callable[[], Seen]


class StuckError(RunError):
    """A gate did not open; everything before it is as it should be, nothing after it was touched."""

    def __init__(self, gate: Gate, reason: str) -> None:
        super().__init__(
            gate.name, reason, "run it again once that is mended: it goes on here", code=EXIT_HOSTS
        )


class Hands(NamedTuple):
    """What is done to the cloud."""

    kolla: Kolla
    call: Callable[[Call], None]
    """A call of an API. Raises NoAnswerError."""

    def do(self, step: Step) -> None:
        """Do one step.

        Raises:
            FailedError: it did not work. Whether that matters is for the next look to say.
            NoAnswerError: an API did not take a call.
        """
        if isinstance(step, Verb):
            self.kolla.run(Request(step.action, step.tags))
        elif isinstance(step, Call):
            self.call(step)
        else:
            self.kolla.order(step[0].why, by_host(step))


def quiet(_: str) -> None:
    """Takes the lines of a look, of which there are many: what it found is told by the gate."""


def by_host(orders: Iterable[Order]) -> dict[str, list[list[str]]]:
    """Commands by host, in their order."""
    found: dict[str, list[list[str]]] = {}
    for order in orders:
        found.setdefault(order.host, []).append(list(order.argv))
    return found


def lines(step: Step) -> Sequence[str]:
    """A step as the operator reads it."""
    single: tuple[Order | Verb | Call, ...] = (step,) if isinstance(step, (Verb, Call)) else step
    return [f"{one} ({one.why})" for one in single]


def walk(gates: Iterable[Gate], look: Look, hands: Hands, clock: Clock) -> int:
    """Pass all gates; return how many steps were taken.

    Raises:
        StuckError: one does not open.
    """
    known: Seen | None = None
    taken = 0
    for gate in gates:
        done: list[Step] = []
        begun = told_at = clock.now()
        told = ""
        while True:
            seen = known or look()
            verdict = gate.judge(seen._replace(waited=clock.now() - begun))
            if told == "":
                hands.kolla.tell(f"{gate.name}: {verdict.found}")
            if verdict.stuck:
                raise StuckError(gate, verdict.stuck)
            todo = [step for step in verdict.steps if step not in done]
            if not todo and not verdict.waits:
                if told:
                    hands.kolla.tell(f"{gate.name}: {verdict.found}")
                known = seen
                break
            known = None
            for step in todo:
                _take(gate, step, hands)
                done.append(step)
            taken += len(todo)
            if not verdict.waits:
                break
            if not todo:
                left = begun + gate.patience - clock.now()
                if left <= 0:
                    raise StuckError(gate, f"waited {gate.patience:.0f} s for {verdict.waits}")
                if verdict.waits != told or clock.now() - told_at >= REMIND:
                    hands.kolla.tell(f"{gate.name}: waits at most {left:.0f} s more for {verdict.waits}")
                    told, told_at = verdict.waits, clock.now()
                clock.wait(min(PAUSE, left))
            told = told or " "
    return taken


def rehearse(action: str, gates: Iterable[Gate], seen: Seen, tell: Callable[[str], None]) -> None:
    """Say what each gate looks at, finds, would do and would wait for, and how many steps that are.

    What a step would bring about is not known: a later gate may find more to do then.
    """
    count = 0
    for gate in gates:
        verdict: Verdict = gate.judge(seen)
        tell(f"{gate.name}: looks at {gate.looks_at}")
        tell(f"{gate.name}: {verdict.found}")
        for step in verdict.steps:
            for line in lines(step):
                tell(f"{gate.name}: would run {line}")
        if verdict.stuck:
            tell(f"{gate.name}: would stop here: {verdict.stuck}")
        elif verdict.waits:
            tell(f"{gate.name}: would wait at most {gate.patience:.0f} s for {verdict.waits}")
        count += len(verdict.steps)
    tell(f"{action}: a dry run: {count} steps would be taken as things are now")


def _take(gate: Gate, step: Step, hands: Hands) -> None:
    for line in lines(step):
        hands.kolla.tell(f"{gate.name}: runs {line}")
    try:
        hands.do(step)
    except (FailedError, NoAnswerError) as error:
        # What counts is what the next look finds: a run that broke off may have come far enough, and be gone on with.
        hands.kolla.tell(f"{gate.name}: that failed: {error}; looks again")
