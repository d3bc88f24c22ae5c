"""What hosts accept: the words that the product's own lines and the site's share, and the site's section."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Network
from typing import Literal

from pydantic import Field

from config.model.base import Section
from config.model.texts.network import PortRange, ServiceLabel
from config.model.types import Cidr, NetworkName, Role

NetworkUse = Literal["management", "public", "tunnel", "storage", "replication"]
"""A use of networks (config/site/networks.py); one without a network of its own falls back as Kolla's do."""
Source = Role | Literal["subnet", "users", "anyone", "operators"]
"""Who may connect.

A role: its hosts' addresses on that network. `subnet`: all of that network. `anyone`. `users`: anyone where the
public virtual address is, else the subnet. `operators`: `firewall.sshFrom`, or the management network and
`ssh.allowedFrom`.
"""
Listener = Role | Literal["all", "clock", "vault"]
"""Who listens: hosts of a role, all, those of `time.localClock`, the vault's nodes."""
Protocol = Literal["tcp", "udp", "icmp", "vrrp"]
Owner = Literal["product", "site"]


@dataclass(frozen=True)
class Opening:
    """One thing that hosts accept, whoever wants it."""

    label: str
    why: str
    protocol: Protocol
    ports: tuple[str, ...]
    """Ports and ranges of tcp and udp; other protocols have none."""
    roles: tuple[Listener, ...]
    sources: tuple[Source | IPv4Network, ...]
    networks: tuple[NetworkName, ...] = ("management",)
    owner: Owner = "product"

    def __post_init__(self) -> None:
        if (self.protocol in ("tcp", "udp")) != bool(self.ports):
            raise ValueError(f"{self.label}: tcp and udp have ports, other protocols have none")


class ExtraService(Section):
    """A service of the site that a host may accept."""

    protocol: Literal["tcp", "udp"]
    """Transport."""
    ports: tuple[PortRange, ...] = Field(min_length=1)
    """Ports or ranges."""
    roles: tuple[Role, ...] = Field(min_length=1)
    """Hosts that accept it, by role."""
    network: NetworkName
    """Network on which the hosts listen."""
    sources: tuple[Cidr, ...] = ()
    """Who may connect; none: anyone on that network's interface."""

    def opening(self, label: str) -> Opening:
        """It, in the words of all openings."""
        sources: tuple[Source | IPv4Network, ...] = self.sources or ("anyone",)
        return Opening(
            label, "the site's own", self.protocol, self.ports, self.roles, sources, (self.network,), "site"
        )


class FirewallSettings(Section):
    """Additions to the product's table of services."""

    services: dict[ServiceLabel, ExtraService] = Field(default_factory=dict)
    """Services of the site by name."""
    ssh_from: tuple[Cidr, ...] = ()
    """Networks that may open SSH to hosts, instead of the whole management network and `ssh.allowedFrom`."""
    confirm_within: int = Field(default=60, ge=10, le=600)
    """Seconds after which a network or firewall change that nobody confirmed is rolled back."""
