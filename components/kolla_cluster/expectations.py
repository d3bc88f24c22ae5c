"""expectations.json: what a healthy cloud reports of itself, for `kolla-run integrity`. Pure.

It says nothing of how services are deployed, so a change of it alone runs the integrity checks again and no more.
What an option leaves to Ansible to find out (a Jinja expression of the site's) is not expected.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator

from config.cloud import CloudConfig
from config.kolla.catalogue import parts, running
from config.kolla.endpoints import name_of
from config.kolla.hosts import hosts_of
from config.kolla.service import Service
from config.kolla.values import UndefinedValueError, UnknownValueError, Values
from config.kolla.variables import effective
from host_programs.contract.kolla_run import Catalogued, Expectations

_SIDES = {"internal": "internal", "public": "external"}
"""Keystone's interface, and what Kolla-Ansible calls its side."""


def expectations(cloud: CloudConfig) -> Expectations:
    """What the services that run are expected to show."""
    own = effective(cloud)
    names = {f"kolla_{side}_fqdn": name_of(own, side) for side in _SIDES.values()}
    known = Values(cloud.releases.openstack, {**own, **names})
    found = list(_running(cloud, known))
    return {
        "region": cloud.region,
        "catalogue": [entry for service in found for entry in _catalogue(cloud, service, known)],
        "agents": _agents(cloud, found, known),
        "clusters": {
            cluster.name: list(hosts_of(cloud, cluster.on))
            for service in found
            for cluster in service.clusters
        },
        "addresses": _addresses(cloud, known),
        "hosts": list(hosts_of(cloud, "common")),
    }


def expectations_json(cloud: CloudConfig) -> str:
    """Its text."""
    return json.dumps(expectations(cloud), indent=2) + "\n"


def _running(cloud: CloudConfig, known: Values) -> Iterator[Service]:
    """The services that run, with their fields, in the order of their deployment."""
    assert cloud.kolla is not None  # noqa: S101 - nothing runs without
    mine = {type(part): part for part in parts(cloud.kolla) if isinstance(part, Service)}
    yield from (mine[service] for service in running(cloud, known))


def _catalogue(cloud: CloudConfig, service: Service, known: Values) -> Iterator[Catalogued]:
    for entry in service.catalogue:
        if entry.of(cloud.releases.openstack):
            names = {
                side: _host(f"{entry.options}_{kind}_fqdn", kind, known) for side, kind in _SIDES.items()
            }
            yield {"service": service.name, "type": entry.type, "endpoints": names}


def _host(option: str, side: str, known: Values) -> str:
    """The name or address in the URLs of one side; "" if only Ansible knows."""
    try:
        return str(known.get(option))
    except UndefinedValueError:
        return str(known.get(f"kolla_{side}_fqdn"))
    except UnknownValueError:
        return ""


def _agents(cloud: CloudConfig, found: list[Service], known: Values) -> dict[str, dict[str, list[str]]]:
    """By API and name: the hosts as the API calls them."""
    result: dict[str, dict[str, list[str]]] = {}
    for service in found:
        with contextlib.suppress(UnknownValueError):
            for agent in service.agents(cloud, known):
                result.setdefault(agent.api, {}).setdefault(agent.name, []).extend(agent.reported())
    return result


def _addresses(cloud: CloudConfig, known: Values) -> dict[str, list[str]]:
    """Each virtual address, and the hosts one of which has it; none where something else than Keepalived has it."""
    if not known.on("enable_keepalived"):
        return {}
    owners = list(hosts_of(cloud, "loadbalancer"))
    return {str(known.get(f"kolla_{side}_vip_address")): owners for side in _SIDES.values()}
