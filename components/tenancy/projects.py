"""Projects and what is in them. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from components.tenancy.wanted import Ref, Wanted, network_items
from config.kolla import KollaSettings
from config.tenancy.checks import driver_of
from config.tenancy.projects import Listener, LoadBalancer, Project, Quotas, Rule, SecurityGroup

# Service, and its property for each of our limits.
_QUOTAS = {
    "compute_quota": {"instances": "instances", "cores": "cores", "ram_mb": "ram"},
    "volume_quota": {"volumes": "volumes", "snapshots": "snapshots", "gigabytes": "gigabytes"},
    "network_quota": {
        "networks": "network",
        "subnets": "subnet",
        "ports": "port",
        "routers": "router",
        "floating_ips": "floatingip",
        "security_groups": "security_group",
        "security_group_rules": "security_group_rule",
    },
}


def project_items(kolla: KollaSettings, name: str, project: Project) -> Iterator[Wanted]:
    """A project and what is in it, in the order in which it can be created."""
    owner = Ref(f"project-{name}")
    values: dict[str, Any] = {"name": name, "description": project.description, "enabled": project.enabled}
    yield Wanted("project", owner.name, values, project.import_id)
    yield from _quotas(name, project.quotas, owner)
    for part, network in project.networks.items():
        yield from network_items(part, network, (name, part), owner)
    subnets = {subnet: Ref(f"subnet-{name}-{network}-{subnet}") for network, subnet, _ in project.subnets()}
    for part, router in project.routers.items():
        key = f"router-{name}-{part}"
        values = {
            "name": part,
            "tenant_id": owner,
            "external_network_id": Ref(f"network-{router.external}") if router.external else None,
            "enable_snat": router.snat,
        }
        yield Wanted("router", key, values, router.import_id)
        for subnet in router.subnets:
            values = {"router_id": Ref(key), "subnet_id": subnets[subnet]}
            yield Wanted("router_interface", f"{key}-{subnet}", values)
    for part, group in project.security_groups.items():
        values = {
            "name": part,
            "description": group.description,
            "tenant_id": owner,
            "delete_default_rules": None if group.import_id else True,
        }
        yield Wanted("security_group", f"group-{name}-{part}", values, group.import_id)
    for part, group in project.security_groups.items():
        yield from _rules(name, part, group, owner)
    for part, balancer in project.load_balancers.items():
        yield from _balancer(
            kolla, f"balancer-{name}-{part}", part, balancer, subnets[balancer.subnet], owner
        )


def _quotas(name: str, quotas: Quotas, owner: Ref) -> Iterator[Wanted]:
    for kind, properties in _QUOTAS.items():
        values = {theirs: getattr(quotas, ours) for ours, theirs in properties.items()}
        if any(value is not None for value in values.values()):
            yield Wanted(kind, f"{kind.replace('_', '-')}-{name}", {"project_id": owner, **values})


def _rules(project: str, group: str, wanted: SecurityGroup, owner: Ref) -> Iterator[Wanted]:
    for rule in wanted.rules:
        first, _, last = (rule.ports or "").partition("-")
        values = {
            "security_group_id": Ref(f"group-{project}-{group}"),
            "tenant_id": owner,
            "direction": rule.direction,
            "ethertype": "IPv4",
            "protocol": rule.protocol,
            "port_range_min": int(first) if first else None,
            "port_range_max": int(last or first) if first else None,
            "remote_ip_prefix": str(rule.cidr) if rule.cidr else None,
            "remote_group_id": Ref(f"group-{project}-{rule.group}") if rule.group else None,
        }
        yield Wanted("rule", f"rule-{project}-{group}-{_rule_name(rule)}", values)


def _rule_name(rule: Rule) -> str:
    """A name by what the rule says: the order of rules does not matter, and no other rule is touched."""
    parts = [rule.direction, rule.protocol or "all", rule.ports, rule.group or rule.cidr or "any"]
    return "-".join(str(part).replace("/", "_") for part in parts if part)


def _balancer(
    kolla: KollaSettings, key: str, name: str, wanted: LoadBalancer, subnet: Ref, owner: Ref
) -> Iterator[Wanted]:
    values: dict[str, Any] = {
        "name": name,
        "tenant_id": owner,
        "vip_subnet_id": subnet,
        "vip_address": str(wanted.address) if wanted.address else None,
        "loadbalancer_provider": wanted.provider,
    }
    yield Wanted("load_balancer", key, values, wanted.import_id)
    default = "SOURCE_IP_PORT" if driver_of(kolla, wanted) == "ovn" else "ROUND_ROBIN"
    for part, listener in wanted.listeners.items():
        yield from _listener(
            f"{key}-{part}", part, listener, Ref(key), subnet, owner, listener.method or default
        )


def _listener(
    key: str, name: str, wanted: Listener, balancer: Ref, subnet: Ref, owner: Ref, method: str
) -> Iterator[Wanted]:
    port = {
        "name": name,
        "loadbalancer_id": balancer,
        "protocol": wanted.protocol,
        "protocol_port": wanted.port,
    }
    yield Wanted("listener", key, {**port, "tenant_id": owner})
    pool = {"name": name, "listener_id": Ref(key), "protocol": wanted.protocol, "lb_method": method}
    yield Wanted("pool", f"{key}-pool", {**pool, "tenant_id": owner})
    for part, member in wanted.members.items():
        values = {
            "name": part,
            "pool_id": Ref(f"{key}-pool"),
            "tenant_id": owner,
            "address": str(member.address),
            "protocol_port": member.port,
            "weight": member.weight,
            "subnet_id": subnet,
        }
        yield Wanted("member", f"{key}-{part}", values)
    if wanted.check_seconds:
        kind = "UDP-CONNECT" if wanted.protocol == "UDP" else "TCP"
        times = {"delay": wanted.check_seconds, "timeout": wanted.check_seconds, "max_retries": 3}
        yield Wanted(
            "monitor",
            f"{key}-monitor",
            {"pool_id": Ref(f"{key}-pool"), "tenant_id": owner, "type": kind, **times},
        )
