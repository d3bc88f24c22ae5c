"""What a cloud lacks of what is expected of it, line by line. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from host_programs.contract.kolla_run import Catalogued, Expectations
from host_programs.kolla_run.openstack import Endpoint

_API_FAILS = 500
"""From this status on nobody behind the load balancer has answered: 401 and 404 are answers of the service."""


class Mismatch(NamedTuple):
    """One thing that is not as expected."""

    text: str
    """What the operator reads."""
    settles: bool = True
    """Whether it may come right by itself a while after a deployment."""


class Agent(NamedTuple):
    """A row of an API's list of its processes."""

    name: str
    host: str
    up: bool
    since: str
    """When it was heard of last."""


def agent_rows(api: str, rows: Iterable[Mapping[str, Any]]) -> list[Agent]:
    """The rows of an API in one form.

    Args:
        api: compute, network or volume.
        rows: as the API answers.
    """
    if api == "network":
        return [
            Agent(row["agent_type"], row["host"], bool(row["alive"]), str(row.get("heartbeat_timestamp")))
            for row in rows
        ]
    return [
        Agent(row["binary"], row["host"], row["state"] == "up", str(row.get("updated_at"))) for row in rows
    ]


def agents(api: str, expected: Mapping[str, Sequence[str]], found: Iterable[Agent]) -> Iterator[Mismatch]:
    """Processes that are missing, down or there twice; others than those expected are none of ours."""
    rows: dict[tuple[str, str], list[Agent]] = {}
    for row in found:
        rows.setdefault((row.name, short(row.host)), []).append(row)
    for name, hosts in expected.items():
        for host in hosts:
            what = f"{api} service {name} on {host}" if api != "network" else f"{name} on {host}"
            same = rows.get((name, short(host)), [])
            if not same:
                yield Mismatch(f"{what}: has not reported")
            elif len(same) > 1:
                names = ", ".join(sorted(row.host for row in same))
                yield Mismatch(f"{what}: is there {len(same)} times ({names})", settles=False)
            elif not same[0].up:
                yield Mismatch(f"{what}: is down since {same[0].since}")


def catalogue(expected: Iterable[Catalogued], found: Iterable[Endpoint], region: str) -> Iterator[Mismatch]:
    """Endpoints that are missing, lead elsewhere or are there twice."""
    urls: dict[tuple[str, str], list[str]] = {}
    for endpoint in found:
        if endpoint.region == region:
            urls.setdefault((endpoint.type, endpoint.interface), []).append(endpoint.url)
    for entry in expected:
        for interface, name in entry["endpoints"].items():
            what = f"catalogue: {entry['service']} ({entry['type']}), {interface} endpoint"
            there = urls.get((entry["type"], interface), [])
            if not there:
                yield Mismatch(f"{what}: is missing in {region}", settles=False)
            elif len(there) > 1:
                yield Mismatch(f"{what}: is there {len(there)} times ({', '.join(there)})", settles=False)
            elif name and urlsplit(there[0]).hostname != name.strip("[]").lower():
                yield Mismatch(f"{what}: leads to {there[0]}, expected is {name}", settles=False)


def answers(replies: Mapping[str, Sequence[Any]]) -> Iterator[Mismatch]:
    """URLs that nobody answers.

    Args:
        replies: by URL what each of those who asked got: a status, or why there was none. One good answer will do.
    """
    for url, got in replies.items():
        if not any(isinstance(one, int) and one < _API_FAILS for one in got):
            told = ", ".join(dict.fromkeys(str(one) for one in got)) or "nobody could ask"
            yield Mismatch(f"{url}: no answer ({told})")


def awake(found: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """What hosts show, without the containers whose unit somebody has disabled."""
    return {
        host: {
            **one,
            "containers": {
                name: state
                for name, state in one["containers"].items()
                if one["units"].get(f"kolla-{name}-container.service", {}).get("enabled", True)
            },
        }
        for host, one in found.items()
    }


def hosts(expected: Iterable[str], found: Mapping[str, Mapping[str, Any]]) -> Iterator[Mismatch]:
    """Hosts that could not be asked; containers that do not run or are not well."""
    for host in expected:
        if host not in found:
            yield Mismatch(f"{host}: could not be asked")
        elif found[host]["problem"]:
            yield Mismatch(f"{host}: {found[host]['problem']}")
        elif not found[host]["containers"]:
            yield Mismatch(f"{host}: Kolla-Ansible has started no container here", settles=False)
        else:
            for name, state in sorted(found[host]["containers"].items()):
                wrong = _container(state)
                if wrong:
                    yield Mismatch(f"container {name} on {host}: {wrong}")


def reduced(expected: Expectations, without: frozenset[str]) -> Expectations:
    """What is expected of a cloud some of whose hosts are off and stay so."""

    def left(hosts: Iterable[str]) -> list[str]:
        return [host for host in hosts if host.partition("@")[0] not in without]

    agents = {
        api: {name: left(hosts) for name, hosts in names.items()} for api, names in expected["agents"].items()
    }
    return {
        **expected,
        "agents": agents,
        "clusters": {name: left(hosts) for name, hosts in expected["clusters"].items()},
        "addresses": {address: left(hosts) for address, hosts in expected["addresses"].items()},
        "hosts": left(expected["hosts"]),
    }


def clusters(
    expected: Mapping[str, Sequence[str]], found: Mapping[str, Mapping[str, Any]], off: int = 0
) -> Iterator[Mismatch]:
    """Members that are missing, and members that see another number than there are.

    Args:
        expected: hosts by cluster.
        found: what the hosts show.
        off: so many hosts are off; a cluster may count them as members, or not.
    """
    for cluster, names in expected.items():
        told = {host: found.get(host, {}).get("members", {}).get(cluster) for host in names}
        missing = {
            host: member["problem"] if member else ""
            for host, member in told.items()
            if not member or member["problem"]
        }
        for host, why in missing.items():
            count = f"{len(names) - len(missing)} of {len(names)} members"
            yield Mismatch(f"{cluster}: {count}: {host} is missing" + (f" ({why})" if why else ""))
        for host, member in told.items():
            if member and not missing and not 0 <= member["sees"] - len(names) <= off:
                yield Mismatch(f"{cluster}: {host} sees {member['sees']} members, there are {len(names)}")


def addresses(
    expected: Mapping[str, Sequence[str]], found: Mapping[str, Mapping[str, Any]]
) -> Iterator[Mismatch]:
    """Virtual addresses that no host has, or more than one."""
    for address, candidates in expected.items():
        holders = [host for host in candidates if address in found.get(host, {}).get("addresses", ())]
        if not holders:
            yield Mismatch(f"virtual address {address}: is on none of {', '.join(candidates)}")
        elif len(holders) > 1:
            yield Mismatch(f"virtual address {address}: is on {' and '.join(holders)} at once")


def short(host: str) -> str:
    """A host without its domain, its backend kept: services disagree on which of the names they report."""
    name, mark, backend = host.partition("@")
    return name.split(".", 1)[0].lower() + mark + backend


def kinds(mismatches: Iterable[Mismatch]) -> str:
    """What is waited for, in a few words: the first, and how many more."""
    texts = [one.text for one in mismatches if one.settles]
    more = Counter(text.split(":", 1)[0] for text in texts)
    return f"{texts[0]}" + (f" (and {len(more) - 1} more)" if len(more) > 1 else "") if texts else "nothing"


def _container(state: Mapping[str, Any]) -> str:
    if not state["state"]:
        return "is gone"
    if state["state"] != "running":
        return f"is {state['state']} (exit code {state['code']})"
    return f"is {state['health']}" if state["health"] not in ("", "none", "healthy") else ""
