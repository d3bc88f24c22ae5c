"""Compare a group with what is stored of it, and put it right where that is wanted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Callable, ContextManager

from host_programs.contract.hostctl import ROLLED_BACK, GroupReport
from host_programs.hostctl import engine, rollback
from host_programs.hostctl.errors import HostctlError
from host_programs.hostctl.state import digest
from host_programs.hostctl.store import ORIGINALS

if TYPE_CHECKING:
    from host_programs.hostctl.store import Store
    from host_programs.hostctl.system import System

Hold = Callable[[str], ContextManager[None]]


def look(host: System, store: Store, group: str) -> GroupReport:
    """What `check --json` reports of a group.

    A host whose state is complete is never drifted because an earlier change was rolled back: that is a note, and
    only if another state than the stored one was rejected. Whether that one is still wanted is known elsewhere.
    """
    state, record = store.state(group), store.record(group)
    outcome = engine.compare(host, store, group, state or {})
    changed, notes = outcome.changed, outcome.notes
    if state is None and record[ORIGINALS]:
        changed, notes = ["the first apply did not finish: apply it again"], []
    sha256 = digest(state) if state is not None else ""
    entry: GroupReport = {"drift": changed, "ok": outcome.ok, "sha256": sha256, "status": record["status"]}
    if record["status"] == ROLLED_BACK:
        rejected = store.state(group, ".rejected")
        if rejected is not None and digest(rejected) != sha256:
            entry["rejected"] = digest(rejected)
            notes = [
                *notes,
                f"the last change was rolled back ({rollback.why(record)}); check --fix forgets it",
            ]
    if notes:
        entry["notes"] = notes
    return entry


def fix(host: System, store: Store, group: str, hold: Hold, say: engine.Say) -> GroupReport:
    """As `look`, after the stored state was applied where it drifted, and a past roll-back was forgotten.

    Args:
        host: where.
        store: what is remembered there.
        group: whose state.
        hold: makes the lock that is held while something changes.
        say: called with each action before it starts.

    Raises:
        HostctlError: there is no state to fix it by, or an item could not be brought about.
    """
    entry = look(host, store, group)
    state = store.state(group)
    if state is None and store.record(group)[ORIGINALS]:
        raise HostctlError(
            "check", "its first apply did not finish, so there is no state to fix it by", "apply it again"
        )
    if entry["drift"]:
        with hold(f"apply {group}"):
            engine.apply(host, store, group, store.state(group) or {}, store.record(group)["window"], say)
        return {**entry, "fixed": entry["drift"], "drift": [], "status": store.record(group)["status"]}
    if entry["status"] == ROLLED_BACK:
        with hold(f"apply {group}"):
            rollback.forget(store, group)
        return look(host, store, group)
    return entry
