"""Which packets each host accepts: rows out of the table of services. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from ipaddress import IPv4Address, IPv4Network, ip_address

from components.firewall.render import Row, ruleset
from components.state import State
from config.cloud import CloudConfig
from config.firewall.model import Opening, Source
from config.firewall.table import openings
from config.model.types import NetworkName
from config.site.hosts import Host

NAMED_UP_TO = 64
"""Hosts up to which a role as a source means just its hosts. Beyond, it means their subnet: lists of a
thousand addresses on a thousand hosts would be most of the stack's state."""

TABLE = "inet cloud"

Sources = tuple[Source | IPv4Network, ...]


@dataclass(frozen=True)
class HostFirewall:
    """The firewall of one host."""

    rows: tuple[Row, ...]
    state: State
    """What `hostctl apply firewall` reads."""


def plan_firewall(cloud: CloudConfig) -> dict[str, HostFirewall]:
    """The firewall of each active host."""
    planner = _Planner(cloud)
    return {name: planner.plan(name, host) for name, host in cloud.active().items()}


class _Planner:
    """Resolves roles and networks to addresses and devices, once for all hosts."""

    def __init__(self, cloud: CloudConfig) -> None:
        self._cloud = cloud
        self._networks = cloud.networks.defined()
        self._openings = tuple(openings(cloud))
        self._vault = frozenset(cloud.vault.hosts(cloud)) if cloud.vault else frozenset()
        self._sources: dict[tuple[Sources, NetworkName], tuple[str, ...] | None] = {}

    def plan(self, name: str, host: Host) -> HostFirewall:
        rows = _unique(self._rows(name, host))
        # Neutron's routers and the hypervisors' networks forward; nobody else does.
        routes = bool({"network", "compute"} & set(host.roles))
        return HostFirewall(
            rows, {"nftables": {"table": TABLE, "ruleset": ruleset(TABLE, rows, routes=routes)}}
        )

    def _rows(self, name: str, host: Host) -> Iterable[Row]:
        for opening in self._openings:
            if not self._listens(name, host, opening):
                continue
            for use in opening.networks:
                carrier = self._cloud.networks.carrying(use)
                sources = self._from(opening.sources, carrier)
                # The site may name a network on which its hosts listen without an address of ours.
                if sources == () or (carrier not in host.addresses and opening.owner == "product"):
                    continue
                yield Row(
                    opening.owner,
                    opening.label,
                    opening.why,
                    opening.protocol,
                    opening.ports,
                    carrier,
                    self._device(carrier),
                    sources,
                )

    def _listens(self, name: str, host: Host, opening: Opening) -> bool:
        return (
            "all" in opening.roles
            or bool(set(opening.roles) & set(host.roles))
            or ("clock" in opening.roles and name in self._cloud.time.local_clock)
            or ("vault" in opening.roles and name in self._vault)
        )

    def _device(self, network: NetworkName) -> str:
        return self._networks[network].device()

    def _from(self, wanted: Sources, network: NetworkName) -> tuple[str, ...] | None:
        """Source addresses, in order; None: anyone; empty: nobody is there to connect."""
        key = (wanted, network)
        if key not in self._sources:
            self._sources[key] = self._resolve(wanted, network)
        return self._sources[key]

    def _resolve(self, wanted: Sources, network: NetworkName) -> tuple[str, ...] | None:
        public = network == self._cloud.networks.carrying("public")
        if "anyone" in wanted or ("users" in wanted and public):
            return None
        cidr = self._networks[network].cidr
        subnet = {cidr} if cidr else set()
        addresses = {source for source in wanted if isinstance(source, IPv4Network)}
        if {"subnet", "users"} & set(wanted):
            addresses |= subnet
        if "operators" in wanted:
            addresses |= self._operators
        hosts = [host for host in self._cloud.active().values() if set(wanted) & set(host.roles)]
        if len(hosts) > NAMED_UP_TO:
            addresses |= subnet
        else:
            addresses |= {IPv4Network(h.addresses[network]) for h in hosts if network in h.addresses}
        covered = {small for small in addresses for big in addresses if small != big and small.subnet_of(big)}
        return tuple(_written(address) for address in sorted(addresses - covered))

    @cached_property
    def _operators(self) -> set[IPv4Network]:
        cloud = self._cloud
        deploy = {IPv4Network(h.addresses["management"]) for h in cloud.with_role("deploy").values()}
        if cloud.firewall.ssh_from:
            return deploy | set(cloud.firewall.ssh_from)
        management = {cloud.networks.management.cidr} if cloud.networks.management.cidr else set()
        return deploy | management | set(cloud.ssh.allowed_from) | self._bastion()

    def _bastion(self) -> set[IPv4Network]:
        bastion = self._cloud.ssh.bastion
        try:
            address = ip_address(bastion.host) if bastion else None
        except ValueError:
            return set()  # a name: its address has to be in ssh.allowedFrom
        return {IPv4Network(address)} if isinstance(address, IPv4Address) else set()


def _written(network: IPv4Network) -> str:
    return str(network.network_address) if network.prefixlen == 32 else str(network)


def _unique(rows: Iterable[Row]) -> tuple[Row, ...]:
    """Uses that share a network give the same row twice."""
    return tuple(dict.fromkeys(rows))
