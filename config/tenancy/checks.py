"""What the tenancy needs of itself and of the cloud below it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from config.kolla.services.external_bridges import physical_networks
from config.model.errors import Loc, Problem
from config.tenancy.networks import ProviderNetwork, Router
from config.tenancy.projects import LoadBalancer, Project
from config.tenancy.taken_over import TakenOver

if TYPE_CHECKING:
    from config.cloud import CloudConfig
    from config.kolla import KollaSettings
    from config.tenancy import Tenancy


def services_run(cloud: CloudConfig, here: Loc, tenancy: Tenancy) -> Iterator[Problem]:
    """Everything belongs to a service that this stack deploys."""
    kolla = cloud.kolla
    if kolla is None:
        yield Problem(
            here,
            "there is no OpenStack in this stack: it has no `kolla`",
            "add `cloud:kolla`, or remove this",
        )
        return
    if not kolla.deploy:
        reason = "OpenStack is not deployed: `cloud:kolla.deploy` is false"
        yield Problem(here, reason, "remove this until it is deployed", needs=(("kolla", "deploy"),))
    balancers = any(project.load_balancers for project in tenancy.projects.values())
    for place, wanted, name, part in (
        ("volumeTypes", tenancy.volume_types, "cinder", kolla.cinder),
        ("secrets", tenancy.secrets, "barbican", kolla.barbican),
        ("projects", balancers, "octavia", kolla.octavia),
    ):
        if wanted and not part.enabled:
            what = "load balancers need" if name == "octavia" else "they need"
            reason = f"{what} `kolla.{name}`, which is not enabled"
            yield Problem((*here, place), reason, "enable it, or remove them", needs=(("kolla", name),))


def provider_network_fits(cloud: CloudConfig, here: Loc, network: ProviderNetwork) -> Iterator[Problem]:
    """It lies on a network that Neutron has, tagged as its type says."""
    if cloud.kolla is not None:
        known = physical_networks(cloud, cloud.kolla)
        if network.physical_network not in known:
            reason = "Neutron has no such physical network"
            fix = (
                f"use one of: {', '.join(known)}"
                if known
                else "add a bridge to `cloud:kolla.neutron.bridges`"
            )
            place = (*here, "physicalNetwork")
            yield Problem(
                place, reason, fix, network.physical_network, needs=(("kolla", "neutron"), ("networks",))
            )
    if (network.type == "vlan") != (network.vlan is not None):
        if network.vlan is None:
            yield Problem((*here, "vlan"), "is missing: the type is vlan", "add the tag, or use type flat")
        else:
            fix = "use type vlan, or remove it"
            yield Problem((*here, "vlan"), "a flat network has no tag", fix, str(network.vlan))


def project_fits(tenancy: Tenancy, here: Loc, project: Project) -> Iterator[Problem]:
    """What refers to something in the project finds it, and subnets that meet do not overlap."""
    seen: dict[str, str] = {}
    for network, name, subnet in project.subnets():
        place = (*here, "networks", network, "subnets", name)
        if name in seen:
            reason = f"network `{seen[name]}` has a subnet of this name too"
            yield Problem(place, reason, "give each subnet of a project its own name")
        seen.setdefault(name, network)
        yield from subnet.misfits(place)
    for name, router in project.routers.items():
        yield from _router_fits(tenancy, (*here, "routers", name), project, router)
    for name, group in project.security_groups.items():
        for at, rule in enumerate(group.rules):
            place = (*here, "securityGroups", name, "rules", at)
            if rule.group is not None and rule.group not in project.security_groups:
                known = ", ".join(project.security_groups)
                yield Problem(
                    (*place, "group"), "there is no such security group", f"use one of: {known}", rule.group
                )
            if rule.group is not None and rule.cidr is not None:
                yield Problem(place, "has both `cidr` and `group`", "write two rules")
            if rule.ports is not None and rule.protocol not in {"tcp", "udp"}:
                yield Problem((*place, "ports"), "only tcp and udp have ports", "set `protocol`", rule.ports)
    for name, balancer in project.load_balancers.items():
        if balancer.subnet not in seen:
            place = (*here, "loadBalancers", name, "subnet")
            yield Problem(place, "the project has no such subnet", _one_of(seen), balancer.subnet)
    yield from project.too_little(here)


def balancers_fit(cloud: CloudConfig, here: Loc, project: Project) -> Iterator[Problem]:
    """Listeners are what the driver of their load balancer can do."""
    if cloud.kolla is None:
        return
    for name, balancer in project.load_balancers.items():
        if driver_of(cloud.kolla, balancer) != "ovn":
            continue
        for part, listener in balancer.listeners.items():
            place = (*here, "loadBalancers", name, "listeners", part)
            fix = "use another `provider`, or what OVN can do"
            needs: tuple[Loc, ...] = (("kolla", "octavia"),)
            if listener.protocol not in {"TCP", "UDP"}:
                reason = "OVN balances TCP and UDP alone"
                yield Problem((*place, "protocol"), reason, fix, listener.protocol, needs=needs)
            if listener.method not in {None, "SOURCE_IP_PORT"}:
                reason = "OVN knows SOURCE_IP_PORT alone"
                yield Problem((*place, "method"), reason, fix, listener.method, needs=needs)


def driver_of(kolla: KollaSettings, balancer: LoadBalancer) -> str:
    """Octavia's driver for a load balancer."""
    return balancer.provider or kolla.octavia.providers[0]


def _router_fits(tenancy: Tenancy, here: Loc, project: Project, router: Router) -> Iterator[Problem]:
    subnets = {name: subnet for _, name, subnet in project.subnets()}
    outside = [name for name, network in tenancy.networks.items() if network.external]
    if router.external is not None and router.external not in outside:
        yield Problem(
            (*here, "external"), "there is no such external network", _one_of(outside), router.external
        )
    for at, name in enumerate(router.subnets):
        if name not in subnets:
            yield Problem((*here, "subnets", at), "the project has no such subnet", _one_of(subnets), name)
    there = [(at, name) for at, name in enumerate(router.subnets) if name in subnets]
    for (_, one), (at, other) in combinations(there, 2):
        if subnets[one].cidr.overlaps(subnets[other].cidr):
            reason = f"overlaps with `{one}` ({subnets[one].cidr}) on the same router"
            yield Problem((*here, "subnets", at), reason, "give one of them other addresses", other)


def taken_over_once(here: Loc, tenancy: Tenancy) -> Iterator[Problem]:
    """No object is two of this file."""
    seen: dict[str, Loc] = {}
    for place, item in _objects(here, tenancy):
        if item.import_id is None:
            continue
        if item.import_id in seen:
            first = ".".join(map(str, seen[item.import_id]))
            reason = f"`{first}` adopts the same object"
            yield Problem((*place, "import"), reason, "remove one of the two", item.import_id)
        seen.setdefault(item.import_id, place)


def _objects(here: Loc, value: Any) -> Iterator[tuple[Loc, TakenOver]]:
    """Everything below that may exist already, with its place."""
    if isinstance(value, TakenOver):
        yield here, value
    if isinstance(value, BaseModel):
        for name, field in type(value).model_fields.items():
            yield from _objects((*here, field.alias or name), getattr(value, name))
    elif isinstance(value, dict):
        for name, item in value.items():
            yield from _objects((*here, name), item)


def _one_of(names: Any) -> str:
    known = ", ".join(names)
    return f"use one of: {known}" if known else "add it first"
