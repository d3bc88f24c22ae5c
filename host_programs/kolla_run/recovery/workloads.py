"""What ran on the cloud: servers, amphorae, load balancers; stopped by power-off, and brought back as it recorded them. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from host_programs.kolla_run.recovery.gate import UNIT, Call, Gate, Order, Seen, Verdict

HELD = (
    "octavia_health_manager",
    "octavia_housekeeping",
    "masakari_hostmonitor",
    "masakari_instancemonitor",
)
"""Containers that take what is switched off for broken, and replace it: they sleep until it is on again."""
_RUNS, _OFF = "ACTIVE", "SHUTOFF"


def record(servers: Sequence[Mapping[str, Any]], balancers: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """What is written down of what runs.

    Args:
        servers: id, name, status, host, amphora (whether it is Octavia's own).
        balancers: id, name, status.
    """
    by_host: dict[str, list[dict[str, Any]]] = {}
    for server in servers:
        if server["status"] == _RUNS:
            kept = {key: server[key] for key in ("id", "name", "amphora")}
            by_host.setdefault(server["host"], []).append(kept)
    running = [{key: one[key] for key in ("id", "name")} for one in balancers if one["status"] == _RUNS]
    return {"servers": by_host, "balancers": running}


def start_amphorae(seen: Seen) -> Verdict:
    """First, so that load balancers have somebody before anybody takes them for lost."""
    return _servers(seen, _OFF, "os-start", _RUNS, amphorae=True)


def start_servers(seen: Seen) -> Verdict:
    """Those that ran, and no others."""
    return _servers(seen, _OFF, "os-start", _RUNS, amphorae=False)


def stop_servers(seen: Seen) -> Verdict:
    """By Nova, which lets each shut itself down."""
    return _servers(seen, _RUNS, "os-stop", _OFF, amphorae=False)


def stop_amphorae(seen: Seen) -> Verdict:
    """After what they serve."""
    return _servers(seen, _RUNS, "os-stop", _OFF, amphorae=True)


def hold(seen: Seen) -> Verdict:
    """Switch off, beyond the next boot, what would replace what is switched off."""
    steps = []
    held: Mapping[str, Sequence[str]] = seen.record.get("held", {})
    for host, units in held.items():
        awake = [
            unit for unit in units if _unit(seen, host, unit).get("enabled") or _runs(_unit(seen, host, unit))
        ]
        if awake:
            steps.append(Order("would replace what is off", host, ("systemctl", "disable", "--now", *awake)))
    waits = f"{sum(map(len, held.values()))} watchers to sleep" if steps else ""
    return Verdict(f"watchers on {', '.join(held) or 'no host'}", (tuple(steps),) if steps else (), waits)


def wake(seen: Seen) -> Verdict:
    """Switch on again what `hold` switched off, once what it watches is there."""
    steps = []
    held: Mapping[str, Sequence[str]] = seen.record.get("held", {})
    for host, units in held.items():
        asleep = [
            unit
            for unit in units
            if host in seen.hosts
            and not (_unit(seen, host, unit).get("enabled") and _runs(_unit(seen, host, unit)))
        ]
        if asleep:
            steps.append(Order("was held by power-off", host, ("systemctl", "enable", "--now", *asleep)))
    waits = f"watchers on {', '.join(order.host for order in steps)} to run" if steps else ""
    return Verdict(f"watchers on {', '.join(held) or 'no host'}", (tuple(steps),) if steps else (), waits)


def balancers(seen: Seen) -> Verdict:
    """As they were; Octavia does the rest itself."""
    recorded = {one["id"]: one["name"] for one in seen.record.get("balancers", ())}
    if recorded and seen.apis["problem"]:
        return _no_api(seen)
    now = {one["id"]: one["status"] for one in seen.apis.get("balancers", ())}
    found = f"{sum(now.get(one) == _RUNS for one in recorded)} of {len(recorded)} load balancers are ACTIVE"
    wrong = [f"{name} ({one}) is {now[one]}" for one, name in recorded.items() if now.get(one) == "ERROR"]
    if wrong:
        return Verdict(found, stuck=f"{', '.join(wrong)}: openstack loadbalancer failover ID")
    late = [f"{name} ({now[one]})" for one, name in recorded.items() if one in now and now[one] != _RUNS]
    return Verdict(found, waits=f"load balancers to be ACTIVE: {', '.join(late)}" if late else "")


BACK = (
    Gate("amphorae", "Octavia's servers that ran", start_amphorae, 900),
    Gate("watchers", "what power-off held: Octavia's health manager, Masakari's monitors", wake, 300),
    Gate("servers", "the servers that ran", start_servers, 1800),
    Gate("load balancers", "the load balancers that were ACTIVE", balancers, 900),
)
"""What comes after all else is as it was, if power-off recorded it."""


def _servers(seen: Seen, state: str, action: str, goal: str, *, amphorae: bool) -> Verdict:
    recorded = {
        one["id"]: (one["name"], host)
        for host, servers in seen.record.get("servers", {}).items()
        for one in servers
        if one["amphora"] == amphorae and host not in seen.without
    }
    if recorded and seen.apis["problem"]:
        return _no_api(seen)
    now = {one["id"]: one["status"] for one in seen.apis.get("servers", ())}
    there = {one: now[one] for one in recorded if one in now}
    found = f"{list(there.values()).count(goal)} of {len(recorded)} are {goal}"
    if len(there) < len(recorded):
        found += f", {len(recorded) - len(there)} were deleted meanwhile"
    calls = tuple(
        Call(f"{recorded[one][0]} on {recorded[one][1]}", "compute", f"/servers/{one}/action", {action: None})
        for one, status in there.items()
        if status == state
    )
    late = [one for one, status in there.items() if status not in (goal, "ERROR")]
    if late:
        names = ", ".join(recorded[one][0] for one in late[:5]) + (", …" if len(late) > 5 else "")
        return Verdict(found, calls, f"{len(late)} servers to be {goal}: {names}")
    broken = [f"{recorded[one][0]} ({one})" for one, status in there.items() if status == "ERROR"]
    if broken:
        return Verdict(found, stuck=f"in ERROR: {', '.join(broken)}; see `openstack server show ID`")
    return Verdict(found)


def units_to_hold(hosts: Mapping[str, Mapping[str, Any]]) -> dict[str, list[str]]:
    """By host: units of watchers that start with it."""
    wanted = [UNIT.format(name) for name in HELD]
    found = {
        host: [unit for unit in wanted if one["units"].get(unit, {}).get("enabled")]
        for host, one in hosts.items()
    }
    return {host: units for host, units in found.items() if units}


def _no_api(seen: Seen) -> Verdict:
    return Verdict("the APIs do not answer", waits=f"the APIs ({seen.apis['problem']})")


def _unit(seen: Seen, host: str, unit: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] = seen.hosts.get(host, {}).get("units", {}).get(unit, {})
    return found


def _runs(unit: Mapping[str, Any]) -> bool:
    return unit.get("active") not in (None, "inactive", "failed")
