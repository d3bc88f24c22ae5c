"""`kolla-run power-off`: everything stops in the order that recover starts it the other way round, and is written down first."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import datetime, timezone
from typing import Any

from host_programs.kolla_run import integrity_run, openstack
from host_programs.kolla_run.errors import RunError
from host_programs.kolla_run.integrity_run import Clock
from host_programs.kolla_run.kolla import Kolla
from host_programs.kolla_run.recovery import workloads
from host_programs.kolla_run.recovery.apis import Apis
from host_programs.kolla_run.recovery.ceph import FLAGS
from host_programs.kolla_run.recovery.gate import UNIT, Gate, Order, Seen, Step, Verdict
from host_programs.kolla_run.recovery.walk import Hands, quiet, rehearse, walk

RECORD = "power-off"
"""Record: what ran, and what power-off set; gone once all of it is as it was."""
LAST = {"ovn": ("ovn_nb_db", "ovn_sb_db"), "rabbitmq": ("rabbitmq",), "galera": ("mariadb",)}
"""Containers that stop after all others, one cluster after the other, each member by itself."""
_KEPT = {name for names in LAST.values() for name in names}


def services(seen: Seen) -> Verdict:
    """All containers but those that hold what others write, on all hosts at once."""
    running = {
        host: [
            unit
            for unit, state in one["units"].items()
            if unit.startswith("kolla-")
            and unit not in {UNIT.format(name) for name in _KEPT}
            and state["active"] not in ("inactive", "failed")
        ]
        for host, one in seen.hosts.items()
    }
    stops = tuple(
        Order(f"{len(units)} containers", host, ("systemctl", "stop", *units))
        for host, units in running.items()
        if units
    )
    count = sum(map(len, running.values()))
    return Verdict(
        f"{count} containers run", (stops,) if stops else (), f"{count} containers to stop" if count else ""
    )


def cluster(name: str) -> Callable[[Seen], Verdict]:
    """Members of a cluster, one after another; the one that goes last is the first of the list, and has everything."""

    def judge(seen: Seen) -> Verdict:
        steps: list[Step] = []
        for container in LAST[name]:
            unit = UNIT.format(container)
            running = [
                host
                for host, one in seen.hosts.items()
                if one["units"].get(unit, {}).get("active") not in (None, "inactive", "failed")
            ]
            for host in sorted(running, reverse=True):
                why = "the last one" if host == min(running) else "a member"
                steps.append((Order(why, host, ("systemctl", "stop", unit)),))
        return Verdict(
            f"{len(steps)} members run", tuple(steps), f"{len(steps)} members to stop" if steps else ""
        )

    return judge


def flags(seen: Seen) -> Verdict:
    """Nobody copies data because hosts go one after another."""
    told = {
        host: one["ceph"]
        for host, one in seen.hosts.items()
        if one.get("ceph") and not one["ceph"]["problem"]
    }
    if not told:
        return Verdict("no host may ask a cluster: none, or one that is not made here")
    host, found = next(iter(told.items()))
    missing = [flag for flag in seen.record.get("ceph_flags", ()) if flag not in found["flags"]]
    sets = tuple(
        Order("hosts go", host, ("ceph", "--connect-timeout", "15", "osd", "set", flag)) for flag in missing
    )
    return Verdict(f"flags: {', '.join(found['flags'])}", (sets,) if sets else (), ", ".join(missing))


GATES = (
    Gate("watchers", "what would replace what is switched off", workloads.hold, 300),
    Gate("servers", "servers that run", workloads.stop_servers, 1800),
    Gate("amphorae", "Octavia's servers that run", workloads.stop_amphorae, 900),
    Gate("services", "all containers but the databases' and queues'", services, 900),
    Gate("ovn", "OVN's two databases", cluster("ovn"), 300),
    Gate("rabbitmq", "RabbitMQ's nodes", cluster("rabbitmq"), 300),
    Gate("galera", "MariaDB's members", cluster("galera"), 600),
    Gate("ceph", "Ceph's flags", flags, 300),
)


def power_off(
    kolla: Kolla,
    *,
    anyway: bool = False,
    dry_run: bool = False,
    clock: Clock = Clock(),  # noqa: B008 - immutable
    fetch: openstack.Fetch | None = None,
) -> dict[str, Any]:
    """Stop all that runs, in order; hosts stay on. May be run again: it goes on with what it recorded first.

    Args:
        kolla: the deployment.
        anyway: also a cloud that is not whole.
        dry_run: only say what would be done.
        clock: the time.
        fetch: how the APIs are asked; None: over the network.

    Raises:
        MissingError: the cloud is not whole: what is broken now may not come back.
        StuckError: something does not stop.
        RunError: what runs cannot be written down.
    """
    expected = integrity_run.expectations(kolla)
    apis = Apis(kolla, fetch)
    record = kolla.records.read(RECORD)
    if (
        record is not None
        and record.get("off")
        and services(Seen(kolla.observe((), tell=quiet), expected)).steps
    ):
        reason = f"the cloud was switched off at {record['at']}, and something of it runs"
        raise RunError("power-off", reason, "bring back what ran: make recover")
    if record is not None:
        kolla.tell(f"power-off: goes on with what was recorded at {record['at']}")
    elif not anyway:
        integrity_run.check(kolla, clock, fetch, patience=0)
    hosts = kolla.observe((), tell=quiet)
    if record is None:
        record = _written(hosts, apis.look(), anyway=anyway)
        for line in told(record):
            kolla.tell(f"power-off: {'would record' if dry_run else 'records'} {line}")
    kept = record

    def seen(shown: Mapping[str, Any], *, ask: bool) -> Seen:
        return Seen(shown, expected, record=kept, engine=kolla.engine, apis=apis.look() if ask else {})

    summary = {"action": "power-off", "ok": True, "hosts": len(hosts)}
    if dry_run:
        rehearse("power-off", GATES, seen(hosts, ask=True), kolla.tell)
        return {**summary, "changed": 0, "dry_run": True}
    kolla.records.write(RECORD, record)
    hands = Hands(kolla, apis.call)
    by_api, rest = GATES[:3], GATES[3:]
    taken = 0
    if not record.get("stopped"):
        taken = walk(by_api, lambda: seen(kolla.observe((), tell=quiet), ask=True), hands, clock)
        # From here on nobody answers for the APIs.
        record["stopped"] = True
        kolla.records.write(RECORD, record)
    taken += walk(rest, lambda: seen(kolla.observe((), tell=quiet), ask=False), hands, clock)
    kolla.records.write(RECORD, {**record, "off": True})
    kolla.tell("power-off: all is stopped; the way back is recover")
    return {**summary, "changed": taken}


def told(record: Mapping[str, Any]) -> list[str]:
    """What is recorded, in lines."""
    lines = [
        f"on {host}: {', '.join(one['name'] for one in servers)}"
        for host, servers in record["servers"].items()
    ]
    lines.append(f"{len(record['balancers'])} load balancers that are ACTIVE")
    lines.append(f"flags to set in Ceph: {', '.join(record['ceph_flags']) or 'none'}")
    return lines


def _written(hosts: Mapping[str, Any], apis: Mapping[str, Any], *, anyway: bool) -> dict[str, Any]:
    """The record of what runs."""
    if apis["problem"] and not anyway:
        raise RunError("power-off", f"what runs cannot be recorded: {apis['problem']}", "see make recover")
    running = workloads.record(apis.get("servers", ()), apis.get("balancers", ()))
    return {
        **running,
        "at": datetime.now(timezone.utc).astimezone().isoformat(" ", "seconds"),  # noqa: UP017 - Python 3.9
        "held": workloads.units_to_hold(hosts),
        "ceph_flags": flags_to_set(hosts.values()),
    }


def flags_to_set(hosts: Collection[Mapping[str, Any]]) -> list[str]:
    """Ceph's flags that power-off sets, but for those that are set already: they are somebody else's."""
    answers = [one["ceph"]["flags"] for one in hosts if one.get("ceph") and not one["ceph"]["problem"]]
    return [flag for flag in FLAGS if flag not in answers[0]] if answers else []
