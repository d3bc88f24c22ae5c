"""The ports of the services that run, as the firewall takes them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from config.firewall.model import Opening
from config.kolla.catalogue import SERVICES, running
from config.kolla.hosts import roles_of
from config.kolla.port import Port
from config.kolla.values import UndefinedValueError, UnknownValueError, Values, values
from config.model.errors import Loc, Problem
from config.stack_file.structure import show

if TYPE_CHECKING:
    from config.cloud import CloudConfig
    from config.kolla import KollaSettings


def kolla_openings(cloud: CloudConfig) -> Iterator[Opening]:
    """An opening for each port of each service that runs. Raises UnknownValueError for what `unknowns` reports."""
    if cloud.kolla is None:
        return
    known = values(cloud)
    for service in running(cloud, known):
        for port in service.ports:
            if port.when and not known.on(port.when):
                continue
            numbers = _numbers(port, known)
            roles = tuple(dict.fromkeys(role for group in port.on for role in roles_of(cloud, group)))
            if roles and (numbers or port.protocol == "vrrp"):
                yield Opening(
                    port.label, port.why, port.protocol, numbers, roles, port.sources, port.networks
                )


def unknowns(cloud: CloudConfig, kolla: KollaSettings) -> Iterator[Problem]:
    """Options of `kolla.globals` and `kolla.hostVars` by which the firewall cannot know what to open."""
    ports = {option for service in SERVICES for port in service.ports for option in port.moved_by()}
    for host, own in kolla.host_vars.items():
        for name in own:
            if name in ports:
                here: Loc = ("kolla", "hostVars", host, name)
                reason = "moves a port on one host, and the others would still use the old one"
                yield Problem(here, reason, "set it for all hosts in `kolla.globals`", show(own[name]))
    known = values(cloud)
    seen: set[str] = set()
    for service in SERVICES:
        for error in _errors(service.runs, service.ports, known):
            name = error.name if error.name in kolla.globals else ""
            if name and name not in seen:
                seen.add(name)
                reason = f"{error.why}, and the firewall has to know it"
                fix = "write the value itself"
                yield Problem(("kolla", "globals", name), reason, fix, show(kolla.globals[name]))


def _errors(runs: str, ports: tuple[Port, ...], known: Values) -> Iterator[UnknownValueError]:
    for expression in (runs, *(port.when for port in ports if port.when)):
        try:
            known.on(expression)
        except UnknownValueError as error:
            yield error
    for port in ports:
        for option in port.moved_by():
            try:
                known.port(option)
            except UndefinedValueError:
                continue
            except UnknownValueError as error:
                yield error


def _numbers(port: Port, known: Values) -> tuple[str, ...]:
    """The ports of one line in their order; an option that the release does not have gives none."""
    found = []
    for option in port.options:
        try:
            found.append(known.port(option))
        except UndefinedValueError:
            continue
    if port.prefix and known.knows(port.prefix):
        digits = known.port(port.prefix)
        found.append(f"{digits}1-{digits}9")
    return tuple(dict.fromkeys((*found, *port.fixed)))
