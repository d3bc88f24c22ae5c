"""Systemd units: enabled, running, masked; restarted or reloaded when their files changed.

All units are asked for in one `systemctl show`. The files that changed are those of this run and those
that an interrupted run wrote without coming to the restart.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any, Dict, List, Optional

from host_programs.hostctl.errors import HostctlError
from host_programs.hostctl.kinds import UNIT_FOLDERS

if TYPE_CHECKING:
    from host_programs.hostctl.plan import Plan
    from host_programs.hostctl.system import System

SHAPE: Dict[str, Any] = {
    "*": {"enabled": bool, "active": bool, "masked": bool, "restart_on": [str], "reload_on": [str]},
}
STAYS = False
PROPERTIES = "LoadState,ActiveState,SubState,UnitFileState,NeedDaemonReload"
# States without an [Install] section of their own: there is nothing to enable or disable.
FIXED = {"static", "generated", "transient", "indirect", "alias", "linked", "enabled-runtime"}


def compare(want: Optional[Dict[str, Dict[str, Any]]], plan: Plan) -> None:
    """Each unit as described; what left the state is taken care of before the files (retired_units)."""
    units = want or {}
    found = show(plan.host, sorted(units))
    stale = any(path.startswith(UNIT_FOLDERS) for path in plan.touched)
    if stale or any(facts.get("NeedDaemonReload") == "yes" for facts in found.values()):
        plan.add("daemon-reload", "systemd unit files reloaded", functools.partial(_reload, plan.host))
        # What is shown above is from before the reload: units that are new to systemd count as found.
        for name, facts in found.items():
            if any(f"{folder}{name}" in plan.touched for folder in UNIT_FOLDERS):
                facts.update(LoadState="loaded", new="yes")
    for name, unit in sorted(units.items()):
        _unit(plan, name, unit, found[name])


def capture(facts: Dict[str, str]) -> Dict[str, Any]:
    """What it takes to put a unit back."""
    return {
        "exists": facts.get("LoadState") != "not-found" and "new" not in facts,
        "masked": facts.get("LoadState") == "masked" or facts.get("UnitFileState", "").startswith("masked"),
        "active": is_active(facts),
        "enabled": {"enabled": True, "disabled": False}.get(facts.get("UnitFileState", "")),
    }


def restore(host: System, item: str, before: Dict[str, Any], boot: bool) -> None:
    """Enablement and mask as they were, and running or not; at boot systemd itself starts what is enabled."""
    run = functools.partial(host.run, item=f"unit {item}", seconds=120)
    now = capture(show(host, [item])[item])
    if not now["exists"]:
        return
    if before["masked"] != now["masked"]:
        run(["systemctl", "mask" if before["masked"] else "unmask", item])
    enabled = before["enabled"] if before["exists"] else False
    if enabled is not None and not before["masked"] and enabled != now["enabled"]:
        run(["systemctl", "enable" if enabled else "disable", item])
    if not boot and before["active"] != now["active"]:
        run(["systemctl", "start" if before["active"] else "stop", item])


def _unit(plan: Plan, name: str, unit: Dict[str, Any], facts: Dict[str, str]) -> None:
    state, loaded = facts.get("UnitFileState", ""), facts.get("LoadState", "")
    active, masked = is_active(facts), loaded == "masked" or state.startswith("masked")
    before = capture(facts)
    if loaded == "not-found" and (unit.get("enabled") or unit.get("active")):
        effect = functools.partial(_missing, plan.host, name, unit)
        plan.add(name, f"unit {name} missing", effect, before=before)
        return
    count = len(plan.actions)

    def act(verb: str, label: str) -> None:
        plan.add(
            name, f"unit {name} {label}", functools.partial(_systemctl, plan.host, verb, name), before=before
        )

    if unit.get("masked"):
        if active:
            act("stop", "stop")
        if not masked:
            act("mask", "mask")
    else:
        if masked and (unit.get("enabled") or unit.get("active") or unit.get("masked") is False):
            act("unmask", "unmask")
        if loaded != "not-found":
            _enablement(unit, state, act)
            _activity(plan, unit, active=active, act=act)
    if len(plan.actions) == count:
        plan.fine(name)


def _enablement(unit: Dict[str, Any], state: str, act: Any) -> None:
    wanted = unit.get("enabled")
    if wanted is None or state in FIXED or (state == "enabled") == wanted:
        return
    act("enable" if wanted else "disable", "enable" if wanted else "disable")


def _activity(plan: Plan, unit: Dict[str, Any], active: bool, act: Any) -> None:
    if unit.get("active") is False:
        if active:
            act("stop", "stop")
        return
    if unit.get("active") and not active:
        act("start", "start")
    elif active and plan.touched & set(unit.get("restart_on", [])):
        act("restart", "restart")
    elif active and plan.touched & set(unit.get("reload_on", [])):
        act("reload-or-restart", "reload")


def _systemctl(host: System, verb: str, name: str) -> None:
    # A unit that failed too often is started all the same: its files have just been put right.
    if verb in {"start", "restart"}:
        host.run(["systemctl", "reset-failed", name], f"unit {name}", seconds=30)
    host.run(["systemctl", verb, name], f"unit {name}", seconds=180)
    if verb in {"start", "restart"} and show(host, [name])[name].get("ActiveState") == "failed":
        raise HostctlError(f"unit {name}", "failed right after its start", f"see journalctl -u {name}")


def _missing(host: System, name: str, unit: Dict[str, Any]) -> None:
    """The unit may have come with a package or file of this very run; then it is treated as usual."""
    if show(host, [name])[name].get("LoadState") == "not-found":
        raise HostctlError(f"unit {name}", "does not exist", "add the package or file that brings it")
    if unit.get("enabled"):
        host.run(["systemctl", "enable", name], f"unit {name}", seconds=60)
    if unit.get("active"):
        _systemctl(host, "start", name)


def _reload(host: System) -> None:
    host.run(["systemctl", "daemon-reload"], "systemd", seconds=120)


def is_active(facts: Dict[str, str]) -> bool:
    state = facts.get("ActiveState")
    # A service that systemd restarts over and over is "activating" too, but it does not run.
    return state in {"active", "reloading"} or (
        state == "activating" and facts.get("SubState") != "auto-restart"
    )


def show(host: System, names: List[str]) -> Dict[str, Dict[str, str]]:
    """Facts about each unit, in one call; systemctl answers in the order of the question."""
    if not names:
        return {}
    found = host.query(["systemctl", "show", f"--property={PROPERTIES}", "--", *names])
    blocks = [block for block in found.out.strip().split("\n\n") if block]
    if found.code != 0 or len(blocks) != len(names):
        raise HostctlError("units", f"`systemctl show` exited with {found.code}: {found.err.strip()[:200]}")
    return {
        name: dict(line.split("=", 1) for line in block.splitlines() if "=" in line)
        for name, block in zip(names, blocks)
    }
