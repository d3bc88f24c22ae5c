"""A cloud that is still to be made, on one page: what is done on which host, what runs where, where it is reached."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table

from components.plans import Plans
from components.state import State
from config.cloud import CloudConfig
from config.environment import OVERVIEW
from config.kolla.catalogue import roles_of
from config.kolla.endpoints import name_of, service_endpoints
from config.kolla.hosts import hosts_of
from config.kolla.values import values
from config.release_map import inventory

NAMES = {
    "packages": "packages",
    "files": "files",
    "sysctl": "kernel parameters",
    "services": "units",
    "users": "users",
}
"""Kinds of hostctl that say something to a person, in the order in which they are shown."""


def write(cloud: CloudConfig, plans: Plans) -> None:
    """Write the page where somebody asked for it, by `OVERVIEW`: the end of a first preview."""
    path, _, width = os.environ.get(OVERVIEW, "").rpartition(":")
    if path:
        Path(path).write_text(text(cloud, plans, int(width)), encoding="utf-8")


def text(cloud: CloudConfig, plans: Plans, width: int) -> str:
    """The page, in lines of at most so many characters."""
    tables = (
        _table("hosts", ("host", "roles", "addresses", "what is done"), hosts(cloud, plans)),
        _table("what runs where", ("service", "on"), services(cloud, plans)),
        _table("where it is reached", ("what", "at"), addresses(cloud, plans)),
        _table("what is not encrypted", ("traffic", "the field that says so"), in_clear(cloud)),
    )
    console = Console(width=width)
    with console.capture() as captured:
        console.print(*(table for table in tables if table.rows), sep="\n")
    return "\n".join(line.rstrip() for line in captured.get().splitlines()) + "\n"


def hosts(cloud: CloudConfig, plans: Plans) -> Iterator[tuple[str, str, str, str]]:
    """One line for each active host."""
    for name, host in cloud.active().items():
        plan = plans.hosts[name]
        states = [plan.sources, plan.base, plan.network, plans.firewall[name].state]
        if plans.vault and name in plans.vault.hosts:
            states += [plans.vault.hosts[name].base, plans.vault.hosts[name].service]
        if plans.ceph and name in plans.ceph.hosts:
            found = plans.ceph.hosts[name]
            states += [found.base, found.monitor, found.daemons, found.gateways]
        opened = len(plans.firewall[name].rows)
        yield (
            name,
            " ".join(host.roles),
            " ".join(f"{network} {address}" for network, address in host.addresses.items()),
            f"{_counted(states)}, {opened} openings in the firewall",
        )


def _counted(states: Iterable[State | None]) -> str:
    counts: Counter[str] = Counter()
    for state in states:
        counts.update({kind: _number(state.get(kind, ())) for kind in NAMES if state})
    return ", ".join(f"{counts[kind]} {word}" for kind, word in NAMES.items() if counts[kind])


def _number(items: Any) -> int:
    """How many there are, whether by name or in lists of what is installed, removed, held."""
    lists = [part for part in items.values() if isinstance(part, list)] if isinstance(items, dict) else []
    return sum(map(len, lists)) if lists else len(items)


def services(cloud: CloudConfig, plans: Plans) -> Iterator[tuple[str, str]]:
    """One line for each service, in the order in which it is brought about."""
    if plans.vault:
        yield "Vault", " ".join(plans.vault.hosts)
    if plans.ceph and not plans.ceph.settings.external:
        where = plans.ceph.where
        daemons = (
            ("monitors", where.mons),
            ("OSDs", where.osds),
            ("metadata servers", where.mds),
            ("object gateways", where.gateways),
        )
        for daemon, names in daemons:
            if names:
                yield f"Ceph: {daemon}", " ".join(names)
    if plans.kolla:
        containers = inventory.services(cloud.releases.openstack).values()
        for service in plans.kolla.services:
            roles = roles_of(service)
            groups = (container.groups for container in containers if container.role in roles)
            # What has no container only tells Keystone of something, as of Ceph's gateways.
            if names := hosts_of(cloud, *chain.from_iterable(groups)):
                yield service, " ".join(names)


def addresses(cloud: CloudConfig, plans: Plans) -> Iterator[tuple[str, str]]:
    """Virtual addresses, and the URLs that users need."""
    for name, network in cloud.networks.defined().items():
        if network.vip:
            yield f"virtual address, {name}", str(network.vip)
    if plans.kolla:
        options = plans.kolla.globals
        yield from ((f"Keystone, {side}", url) for side, url in service_endpoints(options).items())
        if "horizon" in plans.kolla.services and cloud.kolla:
            scheme = "https" if cloud.kolla.tls.external else "http"
            yield "dashboard", f"{scheme}://{name_of(options, 'external')}/"


def in_clear(cloud: CloudConfig) -> Iterator[tuple[str, str]]:
    """What others on the same network could read."""
    kolla = cloud.kolla
    if kolla is None:
        return
    yield from kolla.tls.in_clear(values(cloud))
    if kolla.images.insecure:
        yield "images from the registry", "kolla.images.insecure"
    yield "memcached, and the tenants' networks between hosts", "Kolla-Ansible has no TLS there"


def _table(title: str, headings: Iterable[str], rows: Iterable[tuple[str, ...]]) -> Table:
    made = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD)
    for heading in headings:
        made.add_column(heading, overflow="fold")
    for row in rows:
        made.add_row(*row)
    return made
