"""Site additions to the firewall and how long an unconfirmed change lives."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from config.base import Section
from config.types import Cidr, NetworkName, PortRange, Role


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


class FirewallSettings(Section):
    """Additions to the product's table of services."""

    services: dict[str, ExtraService] = Field(default_factory=dict)
    """Services of the site by name."""
    ssh_from: tuple[Cidr, ...] = ()
    """Networks that may open SSH to hosts, instead of the whole management network and `ssh.allowedFrom`."""
    confirm_within: int = Field(default=60, ge=10, le=600)
    """Seconds after which a network or firewall change that nobody confirmed is rolled back."""
