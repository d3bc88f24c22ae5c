"""Projects: quotas, networks, security groups, load balancers."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Address
from typing import Annotated, Literal

from pydantic import Field

from config.model.base import Section
from config.model.errors import Loc, Problem
from config.model.texts.lines import Line, Name
from config.model.texts.network import PortRange
from config.model.types import Cidr, Port
from config.tenancy.networks import Network, Router, Subnet
from config.tenancy.taken_over import ObjectName, TakenOver

Limit = Annotated[int, Field(ge=-1)]
"""How many, or how much; -1: no limit."""


class Quotas(Section):
    """Limits of a project; what is left out is the service's default."""

    instances: Limit | None = None
    """Servers."""
    cores: Limit | None = None
    """Virtual CPUs of all servers."""
    ram_mb: Limit | None = None
    """Memory of all servers in MiB."""
    volumes: Limit | None = None
    """Volumes."""
    snapshots: Limit | None = None
    """Snapshots of volumes."""
    gigabytes: Limit | None = None
    """Size of all volumes and snapshots in GiB."""
    networks: Limit | None = None
    """Networks."""
    subnets: Limit | None = None
    """Subnets."""
    ports: Limit | None = None
    """Ports."""
    routers: Limit | None = None
    """Routers."""
    floating_ips: Limit | None = None
    """Floating IPs."""
    security_groups: Limit | None = None
    """Security groups; each project has one from the beginning."""
    security_group_rules: Limit | None = None
    """Rules of all security groups."""


class Rule(Section):
    """What a security group lets through."""

    direction: Literal["ingress", "egress"] = "ingress"
    """To servers or from them."""
    protocol: Literal["tcp", "udp", "icmp"] | None = None
    """Protocol; none: all."""
    ports: PortRange | None = None
    """One port or a range; none: all."""
    cidr: Cidr | None = None
    """Addresses of the other side; none: any, or the `group`."""
    group: ObjectName | None = None
    """Security group of the project that the other side is in."""


class SecurityGroup(TakenOver):
    """A security group; it has its own rules alone, not Neutron's default ones."""

    description: Line | None = None
    """What it is for."""
    rules: tuple[Rule, ...] = ()
    """What is let through; a changed rule is a new one."""


class Member(Section):
    """A server behind a load balancer."""

    address: IPv4Address
    """Its address."""
    port: Port
    """Where it listens."""
    weight: int = Field(default=1, ge=0, le=256)
    """Its share of the connections."""


class Listener(Section):
    """A port of a load balancer and the servers behind it."""

    protocol: Literal["TCP", "UDP", "HTTP", "HTTPS"] = "TCP"
    """What it speaks; OVN balances TCP and UDP alone."""
    port: Port
    """Where it listens."""
    method: Literal["ROUND_ROBIN", "LEAST_CONNECTIONS", "SOURCE_IP", "SOURCE_IP_PORT"] | None = None
    """Which server is next; none: by address and port with OVN, which knows no other, else in turn."""
    members: dict[ObjectName, Member] = Field(default_factory=dict)
    """The servers."""
    check_seconds: int | None = Field(default=None, ge=1)
    """Pause between two checks of each server's port; none: no checks."""


class LoadBalancer(TakenOver):
    """A load balancer (Octavia)."""

    subnet: ObjectName
    """The project's subnet that its address is in."""
    address: IPv4Address | None = None
    """Its address; none: a free one."""
    provider: Name | None = None
    """Octavia's driver, such as `ovn`; none: Octavia's default."""
    listeners: dict[ObjectName, Listener] = Field(default_factory=dict)
    """Its ports."""


class Project(TakenOver):
    """A project and what it has from the beginning."""

    description: Line | None = None
    """What it is for."""
    enabled: bool = True
    """Its users may use it."""
    quotas: Quotas = Quotas()
    networks: dict[ObjectName, Network] = Field(default_factory=dict)
    """Its networks."""
    routers: dict[ObjectName, Router] = Field(default_factory=dict)
    """Its routers."""
    security_groups: dict[ObjectName, SecurityGroup] = Field(default_factory=dict)
    """Its security groups."""
    load_balancers: dict[ObjectName, LoadBalancer] = Field(default_factory=dict)
    """Its load balancers."""

    def subnets(self) -> Iterator[tuple[str, str, Subnet]]:
        """Its subnets: network, name, subnet."""
        for network, item in self.networks.items():
            for name, subnet in item.subnets.items():
                yield network, name, subnet

    def too_little(self, here: Loc) -> Iterator[Problem]:
        """Quotas that this file itself goes beyond."""
        counts = {
            "networks": len(self.networks),
            "subnets": len(list(self.subnets())),
            "routers": len(self.routers),
            "security_groups": len(self.security_groups) + 1,
            "security_group_rules": sum(len(group.rules) for group in self.security_groups.values()),
        }
        names = {name: field.alias or name for name, field in Quotas.model_fields.items()}
        for name, count in counts.items():
            limit = getattr(self.quotas, name)
            if limit is not None and -1 < limit < count:
                place = (*here, "quotas", names[name])
                yield Problem(
                    place, f"the project has {count} in this file", f"use at least {count}", str(limit)
                )
