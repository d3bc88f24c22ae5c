"""Compare a host with a desired state, and bring the state about."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Callable, Dict, List, NamedTuple, Optional, Set

from host_programs.contract.hostctl import ARMED, CONFIRMED
from host_programs.hostctl import kinds, rollback
from host_programs.hostctl.errors import HostctlError
from host_programs.hostctl.kinds import KEYS, ORDER, UNIT_FOLDERS
from host_programs.hostctl.plan import Action, Plan
from host_programs.hostctl.store import ORIGINALS

if TYPE_CHECKING:
    from host_programs.hostctl.state import State
    from host_programs.hostctl.store import Store
    from host_programs.hostctl.system import System

Say = Callable[[str], None]


class Outcome(NamedTuple):
    """What differs (or was changed), how many items are right, and what the operator should know."""

    changed: List[str]
    ok: int
    notes: List[str]
    actions: List[Action]


def make_plan(
    host: System, group: str, step: str, state: State, originals: Dict[str, Any], touched: Set[str]
) -> Optional[Plan]:
    """The plan of one step; None if neither the state nor the past mentions it."""
    key = KEYS.get(step, step)
    reload = step == "units" and any(path.startswith(UNIT_FOLDERS) for path in touched)
    if key not in state and not originals.get(key) and not reload:
        return None
    plan = Plan(key, group, host, originals.get(key), touched)
    kinds.module(step).compare(state.get(key), plan)
    return plan


def compare(host: System, store: Store, group: str, state: State) -> Outcome:
    """All plans, none of them run."""
    originals, touched = store.record(group)[ORIGINALS], store.pending(group)
    outcome = Outcome([], 0, [], [])
    for step in ORDER:
        plan = make_plan(host, group, step, state, originals, touched)
        if plan is not None:
            outcome = _add(outcome, plan)
    return outcome


def apply(
    host: System,
    store: Store,
    group: str,
    state: State,
    window: Optional[int] = None,
    say: Optional[Say] = None,
) -> Outcome:
    """Bring the state about.

    Args:
        host: where.
        store: what is remembered there.
        group: whose state it is.
        state: what is wanted.
        window: seconds after which all is undone unless confirmed; None: it needs no confirmation.
        say: called with each action before it starts.

    Raises:
        HostctlError: an item could not be brought about; an armed group has been rolled back.
    """
    say = say or _silent
    store.prepare()
    if window is None:
        if store.rollback(group) is not None:
            raise HostctlError(
                "state", "is armed", f"confirm it (hostctl confirm {group}) or wait for the rollback"
            )
        outcome = _run(host, store, group, state, say)
        _finish(store, group, state, CONFIRMED, None)
        return outcome
    expected = compare(host, store, group, state)
    if not expected.actions and store.rollback(group) is None:
        _finish(store, group, state, CONFIRMED, window)
        return expected
    rollback.arm(host, store, group, state, window, expected.actions)
    try:
        outcome = _run(host, store, group, state, say)
        _finish(store, group, state, ARMED, window)
    except HostctlError as error:
        rollback.undo(host, store, group, reason="failed")
        raise HostctlError(error.what, f"{error.reason}; rolled back") from error
    return outcome


def _run(host: System, store: Store, group: str, state: State, say: Say) -> Outcome:
    record, touched = store.record(group), store.pending(group)
    originals: Dict[str, Any] = record[ORIGINALS]
    armed = store.rollback(group) is not None
    outcome = Outcome([], 0, [], [])
    for step in ORDER:
        plan = make_plan(host, group, step, state, originals, touched)
        if plan is None:
            continue
        outcome = _add(outcome, plan)
        if not plan.actions:
            continue
        # Written down first: whatever happens in the middle, the next run knows what this one began.
        of_kind = originals.setdefault(plan.kind, {})
        for action in plan.actions:
            if action.before is not None and not action.forget:
                of_kind.setdefault(action.item, action.before)
        store.save_record(group, record)
        written = {action.touches for action in plan.actions if action.touches}
        if written - touched:
            touched |= written
            store.save_pending(group, touched)
        if armed:
            rollback.extend(store, group, plan.actions)
        for action in plan.actions:
            say(action.label)
            action.effect()
            if action.forget:
                of_kind.pop(action.item, None)
    store.save_record(group, record)
    store.save_pending(group, set())
    return outcome


def _silent(text: str) -> None:
    del text


def _finish(store: Store, group: str, state: State, status: str, window: Optional[int]) -> None:
    if store.state(group) != state:
        store.save_state(group, state)
    record = store.record(group)
    if record["status"] != status or record["window"] != window:
        store.save_record(group, {**record, "status": status, "window": window})


def _add(outcome: Outcome, plan: Plan) -> Outcome:
    return Outcome(
        outcome.changed + [action.label for action in plan.actions],
        outcome.ok + plan.ok,
        outcome.notes + plan.notes,
        outcome.actions + plan.actions,
    )
