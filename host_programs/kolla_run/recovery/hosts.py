"""Hosts, their units and their containers. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from host_programs.kolla_run import integrity
from host_programs.kolla_run.recovery.gate import Order, Seen, Verdict, start

_DOWN = ("inactive", "failed")


def reachable(seen: Seen) -> Verdict:
    """Every host answers, but those that stay off."""
    wanted = [host for host in seen.expected["hosts"] if host not in seen.without]
    silent = [host for host in wanted if host not in seen.hosts]
    found = f"{len(wanted) - len(silent)} of {len(wanted)} hosts answer"
    if seen.without:
        found += f"; without {', '.join(sorted(seen.without))}"
    if silent:
        names = ", ".join(silent)
        return Verdict(found, waits=f"{names} to answer; what never comes back: WITHOUT={','.join(silent)}")
    return Verdict(found)


def units(seen: Seen) -> Verdict:
    """The engine answers, and what starts with a host is started; what an operator disabled is left alone."""
    broken = {host: one["problem"] for host, one in seen.hosts.items() if one["problem"]}
    if broken:
        engines = tuple(
            order
            for host in broken
            for order in start("the container engine does not answer", host, ["docker.service"])
        )
        told = "; ".join(f"{host}: {problem}" for host, problem in broken.items())
        return Verdict(told, (engines,), f"the container engine on {', '.join(broken)}")
    down: dict[str, list[str]] = {}
    disabled = []
    for host, one in seen.hosts.items():
        for unit, state in one["units"].items():
            if state["active"] in _DOWN and state["enabled"]:
                down.setdefault(host, []).append(unit)
            elif state["active"] in _DOWN:
                disabled.append(f"{_named(unit)} on {host}")
    found = f"{sum(map(len, down.values()))} units are down" if down else "all units run"
    if disabled:
        found += f"; disabled, so left alone: {', '.join(disabled)}"
    starts: tuple[Order, ...] = tuple(
        order for host, names in down.items() for order in start("is down", host, names)
    )
    return Verdict(found, (starts,) if starts else ())


def containers(seen: Seen) -> Verdict:
    """Each container runs, and is healthy where it has a check."""
    wrong = [one.text for one in _wrong(seen)]
    if wrong:
        return Verdict(f"{len(wrong)} containers are not well", units(seen).steps, "; ".join(wrong))
    return Verdict("all containers run and are healthy")


def _wrong(seen: Seen) -> Iterator[integrity.Mismatch]:
    """What is wrong with containers, but for those whose unit an operator disabled."""
    wanted = [host for host in seen.expected["hosts"] if host in seen.hosts]
    for mismatch in integrity.hosts(wanted, integrity.awake(seen.hosts)):
        if mismatch.settles:
            yield mismatch


def _named(unit: str) -> str:
    return unit.removeprefix("kolla-").removesuffix(".service").removesuffix("-container")
