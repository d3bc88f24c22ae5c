"""Undo a change that nobody confirmed: after a time, and at the next boot.

Armed means that GROUP.rollback.json exists. A timer runs `hostctl rollback GROUP` when the window is over;
a boot unit runs it before the network comes up, because a reboot may be the operator's last resort.
Whoever holds the lock first, confirmation or rollback, decides; the other one finds nothing to do.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Dict, List, Sequence, Set

from host_programs.contract.hostctl import ARMED, CONFIRMED, EXIT_NOT_ACTIVE, HOSTCTL, ROLLED_BACK
from host_programs.hostctl import filework, kinds
from host_programs.hostctl.errors import HostctlError
from host_programs.hostctl.kinds import ROLLBACK_ORDER
from host_programs.hostctl.state import digest

if TYPE_CHECKING:
    from host_programs.hostctl.plan import Action
    from host_programs.hostctl.state import State
    from host_programs.hostctl.store import Store
    from host_programs.hostctl.system import System

FOLDER = "/etc/systemd/system"
ATTEMPTS = 3

SERVICE = """# Made by hostctl while a change waits for its confirmation.
[Unit]
Description=Undo the unconfirmed {group} change (hostctl)
StartLimitIntervalSec=0

[Service]
Type=oneshot
ExecStart={program} rollback {group}
Restart=on-failure
RestartSec=2
"""
TIMER = """# Made by hostctl while a change waits for its confirmation.
[Unit]
Description=Undo the {group} change in {window} s unless confirmed (hostctl)

[Timer]
OnActiveSec={window}
AccuracySec=1s
"""
BOOT = """# Made by hostctl while a change waits for its confirmation.
[Unit]
Description=Undo the unconfirmed {group} change before the network starts (hostctl)
DefaultDependencies=no
RequiresMountsFor=/var/lib/hostctl /etc /usr
After=systemd-remount-fs.service
Before=hostctl-nftables.service systemd-sysctl.service systemd-networkd.service
Before=network-pre.target shutdown.target
Wants=network-pre.target
Conflicts=shutdown.target

[Service]
Type=oneshot
ExecStart={program} rollback {group} --boot

[Install]
WantedBy=sysinit.target
"""


def arm(host: System, store: Store, group: str, state: State, window: int, actions: Sequence[Action]) -> None:
    """Make sure that all of `actions` will be undone after `window` seconds; nothing is touched yet.

    A group that is armed already keeps what it would go back to: the last confirmed state.
    """
    data = store.rollback(group) or {
        "previous": store.state(group),
        "record": store.record(group),
        "snapshot": [],
        "attempts": 0,
    }
    data.update(window=window, desired=state)
    _remember(data, actions)
    store.save_rollback(group, data)
    store.save_record(group, {**store.record(group), "status": ARMED, "window": window})
    values = {"group": group, "window": window, "program": HOSTCTL}
    for name, text in zip(_units(group), (SERVICE, TIMER, BOOT)):
        host.write(f"{FOLDER}/{name}", text.format(**values))
    wanted = _wanted(group)
    host.make_dir(wanted.rpartition("/")[0])
    host.symlink(wanted, f"{FOLDER}/{_units(group)[2]}")
    host.run(["systemctl", "daemon-reload"], "rollback", seconds=60)
    host.run(["systemctl", "restart", _units(group)[1]], "rollback", seconds=60)


def extend(store: Store, group: str, actions: Sequence[Action]) -> None:
    """Add what turned out to be needed only while applying."""
    data = store.rollback(group)
    if data is not None and _remember(data, actions):
        store.save_rollback(group, data)


def undo(host: System, store: Store, group: str, reason: str, boot: bool = False) -> List[str]:
    """Put everything back; what cannot be put back is tried again, and in the end reported.

    Returns:
        what could not be put back; empty also if there is nothing to undo.

    Raises:
        HostctlError: something failed and is worth another attempt.
    """
    data = store.rollback(group)
    if data is None:
        disarm(host, store, group, boot)
        return []
    data["attempts"] += 1
    store.save_rollback(group, data)
    failures: List[str] = []
    paths: Set[str] = set()
    for step in ROLLBACK_ORDER:
        if step == "units" and not boot and any(path.startswith(FOLDER) for path in paths):
            host.run(["systemctl", "daemon-reload"], "rollback", seconds=60)
        for kind, item, before in data["snapshot"]:
            if _step_of(kind, before) != step:
                continue
            try:
                if item.startswith("/"):
                    paths.add(item)
                    filework.restore(host, item, before)
                else:
                    kinds.module(kind).restore(host, item, before, boot=boot)
            except (HostctlError, OSError) as error:
                failures.append(str(error))
    if failures and data["attempts"] < ATTEMPTS and reason == "window":
        raise HostctlError("rollback", "; ".join(failures)[:600])
    store.save_state(group, data["desired"], ".rejected")
    store.save_state(group, data["previous"])
    store.save_pending(group, paths | store.pending(group))
    status = {"status": ROLLED_BACK, "window": data["window"], "reason": reason}
    store.save_record(group, {**data["record"], **status})
    disarm(host, store, group, boot)
    return failures


def confirm(host: System, store: Store, group: str, sha256: str = "") -> None:
    """Keep the change.

    Args:
        host: where.
        store: what is remembered there.
        group: whose change.
        sha256: of the state that is meant; empty: whichever is active.

    Raises:
        HostctlError: it was rolled back, or another state is active (exit code 4).
    """
    state, record = store.state(group), store.record(group)
    if record["status"] == ROLLED_BACK:
        raise HostctlError(ROLLED_BACK, why(record), code=EXIT_NOT_ACTIVE)
    if state is None:
        raise HostctlError("confirm", "nothing was applied", code=EXIT_NOT_ACTIVE)
    if sha256 and sha256 != digest(state):
        raise HostctlError(
            "confirm",
            f"another state is active: {digest(state)[:12]}, not {sha256[:12]}",
            code=EXIT_NOT_ACTIVE,
        )
    if store.rollback(group) is not None:
        if record["status"] != ARMED or digest(store.rollback(group)["desired"]) != digest(state):  # type: ignore[index]
            raise HostctlError("confirm", "the apply has not finished", code=EXIT_NOT_ACTIVE)
        store.save_record(group, {**record, "status": CONFIRMED})
        disarm(host, store, group)


def why(record: Dict[str, Any]) -> str:
    """Why a change was rolled back, from the record that says so."""
    cause = {"failed": "the apply failed", "boot": "the host was rebooted before it was confirmed"}
    return cause.get(record.get("reason", ""), f"not confirmed within {record['window']} s")


def forget(store: Store, group: str) -> None:
    """Take what is stored for confirmed again: it was, before the change that was rolled back."""
    record = store.record(group)
    if record["status"] == ROLLED_BACK:
        store.save_record(group, {**record, "status": CONFIRMED})


def disarm(host: System, store: Store, group: str, boot: bool = False) -> None:
    """Forget what would be undone (this decides), then take timer and boot unit away."""
    store.save_rollback(group, None)
    service, timer, restore = _units(group)
    if not host.exists(f"{FOLDER}/{timer}") and not host.exists(f"{FOLDER}/{restore}"):
        return
    # Without its file it was stopped before, by a run that was killed here; systemd knows it no more.
    if not boot and host.exists(f"{FOLDER}/{timer}"):
        host.run(["systemctl", "stop", timer], "rollback", seconds=60)
    host.remove(_wanted(group))
    for name in (service, timer, restore):
        host.remove(f"{FOLDER}/{name}")
    if not boot:
        host.run(["systemctl", "daemon-reload"], "rollback", seconds=60)


def _step_of(kind: str, before: Dict[str, Any]) -> str:
    """A unit that did not exist is stopped before its file is taken away; all else in the order of its kind."""
    return "retired_units" if kind == "units" and not before["exists"] else kind


def _units(group: str) -> List[str]:
    return [
        f"hostctl-rollback-{group}.service",
        f"hostctl-rollback-{group}.timer",
        f"hostctl-restore-{group}.service",
    ]


def _wanted(group: str) -> str:
    return f"{FOLDER}/sysinit.target.wants/{_units(group)[2]}"


def _remember(data: Dict[str, Any], actions: Sequence[Action]) -> bool:
    known = {(kind, item) for kind, item, _ in data["snapshot"]}
    new = []
    for action in actions:
        if action.before is not None and (action.kind, action.item) not in known:
            known.add((action.kind, action.item))
            new.append([action.kind, action.item, action.before])
    data["snapshot"] += new
    return bool(new)
