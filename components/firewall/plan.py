"""Which packets each host accepts: rows out of the table of services. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from ipaddress import IPv4Address, IPv4Network, ip_address

from components.firewall.render import Row, ruleset
from components.firewall.services import Service, services
from components.state import State
from config.cloud import CloudConfig
from config.host import Host
from config.types import NetworkName

NAMED_UP_TO = 64
"""Hosts up to which a role as a source means just its hosts. Beyond, it means their subnet: lists of a
thousand addresses on a thousand hosts would be most of the stack's state."""

TABLE = "inet cloud"


@dataclass(frozen=True)
class HostFirewall:
    """The firewall of one host."""

    rows: tuple[Row, ...]
    state: State
    """What `hostctl apply firewall` reads."""


def plan_firewall(config: CloudConfig) -> dict[str, HostFirewall]:
    """The firewall of each active host."""
    planner = _Planner(config)
    return {name: planner.plan(name, host) for name, host in config.active().items()}


class _Planner:
    """Resolves roles and networks to addresses and devices, once for all hosts."""

    def __init__(self, config: CloudConfig) -> None:
        self._config = config
        self._networks = config.networks.defined()
        self._sources: dict[tuple[tuple[str, ...], NetworkName], tuple[str, ...] | None] = {}

    def plan(self, name: str, host: Host) -> HostFirewall:
        rows = _unique([*self._product(name, host), *self._site(host)])
        # Neutron's routers and the hypervisors' networks forward; nobody else does.
        routes = bool({"network", "compute"} & set(host.roles))
        return HostFirewall(
            rows, {"nftables": {"table": TABLE, "ruleset": ruleset(TABLE, rows, routes=routes)}}
        )

    def _product(self, name: str, host: Host) -> Iterable[Row]:
        for label, service in services().items():
            if not self._listens(name, host, service):
                continue
            for use in service.network:
                carrier = self._config.networks.carrying(use)
                sources = self._from(service.sources, carrier)
                if carrier not in host.addresses or sources == ():
                    continue
                ports = tuple(str(self._config.ssh.port) if p == "ssh" else p for p in service.ports)
                yield Row(
                    label, service.why, service.protocol, ports, carrier, self._device(carrier), sources
                )

    def _site(self, host: Host) -> Iterable[Row]:
        for label, extra in self._config.firewall.services.items():
            carrier = self._config.networks.carrying(extra.network)
            if set(extra.roles) & set(host.roles):
                sources = tuple(map(str, extra.sources)) or None
                yield Row(
                    label,
                    "the site's own",
                    extra.protocol,
                    extra.ports,
                    carrier,
                    self._device(carrier),
                    sources,
                )

    def _listens(self, name: str, host: Host, service: Service) -> bool:
        if service.when and (self._config.ceph is None or self._config.ceph.mode != service.when):
            return False
        return (
            "all" in service.on
            or bool(set(service.on) & set(host.roles))
            or ("clock" in service.on and name in self._config.time.local_clock)
        )

    def _device(self, network: NetworkName) -> str:
        return self._networks[network].device()

    def _from(self, wanted: tuple[str, ...], network: NetworkName) -> tuple[str, ...] | None:
        """Source addresses, in order; None: anyone; empty: nobody is there to connect."""
        key = (wanted, network)
        if key not in self._sources:
            self._sources[key] = self._resolve(wanted, network)
        return self._sources[key]

    def _resolve(self, wanted: tuple[str, ...], network: NetworkName) -> tuple[str, ...] | None:
        public = network == self._config.networks.carrying("public")
        if "anyone" in wanted or ("users" in wanted and public):
            return None
        cidr = self._networks[network].cidr
        subnet = {cidr} if cidr else set()
        addresses: set[IPv4Network] = set()
        if {"subnet", "users"} & set(wanted):
            addresses |= subnet
        if "operators" in wanted:
            addresses |= self._operators
        hosts = [host for host in self._config.active().values() if set(wanted) & set(host.roles)]
        if len(hosts) > NAMED_UP_TO:
            addresses |= subnet
        else:
            addresses |= {IPv4Network(h.addresses[network]) for h in hosts if network in h.addresses}
        covered = {small for small in addresses for big in addresses if small != big and small.subnet_of(big)}
        return tuple(_written(address) for address in sorted(addresses - covered))

    @cached_property
    def _operators(self) -> set[IPv4Network]:
        config = self._config
        deploy = {IPv4Network(h.addresses["management"]) for h in config.with_role("deploy").values()}
        if config.firewall.ssh_from:
            return deploy | set(config.firewall.ssh_from)
        management = {config.networks.management.cidr} if config.networks.management.cidr else set()
        return deploy | management | set(config.ssh.allowed_from) | self._bastion()

    def _bastion(self) -> set[IPv4Network]:
        bastion = self._config.ssh.bastion
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
