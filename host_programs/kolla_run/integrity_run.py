"""The integrity checks of a deployed cloud: ask, compare, wait for what needs its time, tell what is missing."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from host_programs.contract.kolla_run import (
    ADMIN_CLOUD,
    CLOUDS_FILE,
    EXIT_HOSTS,
    EXPECTATIONS_FILE,
    Expectations,
)
from host_programs.kolla_run import integrity, openstack
from host_programs.kolla_run.errors import RunError
from host_programs.kolla_run.inputs import read_yaml
from host_programs.kolla_run.integrity import Mismatch
from host_programs.kolla_run.kolla import Kolla
from host_programs.kolla_run.openstack import Cloud, Endpoint, NoAnswerError

PATIENCE = 600.0
"""Seconds from the first look until what has not come right counts as missing."""
PAUSE = 15.0
"""Seconds between two looks."""
_LISTS = {
    "compute": (("compute",), "/os-services", "services"),
    "network": (("network",), "/v2.0/agents", "agents"),
    "volume": (("block-storage", "volumev3"), "/os-services", "services"),
}
"""By API: types under which it is in the catalogue, path of the list, its key."""


class MissingError(RunError):
    """The cloud is not as expected; every line has been told already."""

    def __init__(self, mismatches: Iterable[Mismatch], summary: Mapping[str, Any]) -> None:
        lines = [one.text for one in mismatches]
        more = f" (and {len(lines) - 1} more, above)" if len(lines) > 1 else ""
        super().__init__("integrity", f"{lines[0]}{more}", code=EXIT_HOSTS)
        self.summary = {**summary, "ok": False, "mismatches": lines}


class Clock(NamedTuple):
    """Time, which tests make."""

    now: Callable[[], float] = time.monotonic
    wait: Callable[[float], None] = time.sleep


def check(
    kolla: Kolla,
    clock: Clock = Clock(),  # noqa: B008 - immutable
    fetch: openstack.Fetch | None = None,
    *,
    patience: float = PATIENCE,
    without: frozenset[str] = frozenset(),
    asleep: bool = False,
) -> dict[str, Any]:
    """Compare the cloud with what is expected of it until it is so, or until what is not will not come right by itself.

    Args:
        kolla: the deployment.
        clock: the time.
        fetch: how the APIs are asked; None: over the network.
        patience: seconds for which services may take to start; 0: one look.
        without: hosts that are off and stay so: nothing is expected of them.
        asleep: containers whose unit is disabled are off on purpose.

    Raises:
        MissingError: something is missing.
        RunError: it is not known what is expected, or nobody could be asked.
    """
    expected = integrity.reduced(expectations(kolla), without)
    entry = admin_entry(kolla)
    fetch = fetch or openstack.fetcher(str(entry.get("cacert") or ""))
    start = clock.now()
    while True:
        found = list(_look(kolla, expected, entry, fetch, off=len(without), asleep=asleep))
        left = start + patience - clock.now()
        if not any(one.settles for one in found) or left <= 0:
            break
        kolla.tell(f"integrity: waits at most {left:.0f} s more for {integrity.kinds(found)}")
        clock.wait(min(PAUSE, left))
    summary = {"action": "integrity", "ok": True, "hosts": len(expected["hosts"]), "changed": 0}
    if found:
        for one in found:
            kolla.tell(f"integrity: {one.text}")
        raise MissingError(found, summary)
    kolla.tell(f"integrity: {_whole(expected)}")
    return summary


def _look(
    kolla: Kolla,
    expected: Expectations,
    entry: Mapping[str, Any],
    fetch: openstack.Fetch,
    *,
    off: int,
    asleep: bool,
) -> Iterator[Mismatch]:
    """One look at everything."""
    catalogue: tuple[Endpoint, ...] = ()
    try:
        cloud = Cloud(entry, fetch)
    except NoAnswerError as error:
        yield Mismatch(f"keystone: no token from {entry['auth']['auth_url']}: {error}")
    else:
        catalogue = tuple(one for one in cloud.catalogue if one.region == expected["region"])
        yield from integrity.catalogue(expected["catalogue"], catalogue, expected["region"])
        yield from integrity.answers(
            {url: [_status(cloud, url)] for url in _urls(expected, catalogue, "internal")}
        )
        yield from _agents(cloud, expected, catalogue)
    # A host of the cloud reaches the external address; the deploy host need not.
    public = _urls(expected, catalogue, "public")
    hosts = kolla.observe(public)
    hosts = integrity.awake(hosts) if asleep else hosts
    yield from integrity.hosts(expected["hosts"], hosts)
    yield from integrity.clusters(expected["clusters"], hosts, off)
    yield from integrity.addresses(expected["addresses"], hosts)
    yield from integrity.answers(
        {url: [one["answers"][url] for one in hosts.values() if url in one["answers"]] for url in public}
    )


def _agents(cloud: Cloud, expected: Expectations, catalogue: Iterable[Endpoint]) -> Iterator[Mismatch]:
    inside = {one.type: one.url for one in catalogue if one.interface == "internal"}
    for api, names in expected["agents"].items():
        types, path, key = _LISTS[api]
        url = next((inside[kind] for kind in types if kind in inside), "")
        if not url:
            continue  # the catalogue's own line says so
        # Neutron's endpoint has no version in it.
        url = url.rstrip("/").removesuffix("/v2.0") + path
        try:
            rows = cloud.rows(url, key)
        except NoAnswerError as error:
            yield Mismatch(f"{api}: no list of its services from {url}: {error}")
        else:
            yield from integrity.agents(api, names, integrity.agent_rows(api, rows))


def _urls(expected: Expectations, catalogue: Iterable[Endpoint], interface: str) -> list[str]:
    """Where the expected services are on one side, each port once, without what the catalogue adds for a project."""
    types = {entry["type"] for entry in expected["catalogue"]}
    parts = [urlsplit(one.url) for one in catalogue if one.interface == interface and one.type in types]
    return list(dict.fromkeys(f"{one.scheme}://{one.netloc}/" for one in parts))


def _status(cloud: Cloud, url: str) -> int | str:
    try:
        return cloud.status(url)
    except NoAnswerError as error:
        return str(error)


def expectations(kolla: Kolla) -> Expectations:
    """What is expected of the cloud.

    Raises:
        RunError: it cannot be read.
    """
    path = f"{kolla.paths.config}/{EXPECTATIONS_FILE}"
    try:
        with open(path, encoding="utf-8") as file:
            found: Expectations = json.load(file)
            return found
    except (OSError, ValueError):
        raise RunError(path, "cannot be read", "run pulumi up, which writes it") from None


def admin_entry(kolla: Kolla) -> Mapping[str, Any]:
    """How the cloud's administrator logs in.

    Raises:
        RunError: it is not known yet.
    """
    path = f"{kolla.paths.config}/{CLOUDS_FILE}"
    document = read_yaml(f"{kolla.venv}/bin/python3", path)[0]
    try:
        entry: Mapping[str, Any] = document["clouds"][ADMIN_CLOUD]
    except (KeyError, TypeError):
        raise RunError(
            path, f"has no cloud {ADMIN_CLOUD}", "run kolla-run post-deploy, which writes it"
        ) from None
    return entry


def _whole(expected: Expectations) -> str:
    agents = sum(len(hosts) for names in expected["agents"].values() for hosts in names.values())
    parts = [
        f"{len(expected['catalogue'])} services in the catalogue",
        f"{agents} agents",
        f"{len(expected['clusters'])} clusters",
        f"containers on {len(expected['hosts'])} hosts",
        f"{len(expected['addresses'])} virtual addresses",
    ]
    return f"all there: {', '.join(parts)}"
