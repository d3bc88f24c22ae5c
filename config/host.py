"""One machine of the cloud."""

from __future__ import annotations

from ipaddress import IPv4Address

from pydantic import Field

from config.base import Section
from config.types import HostKey, NetworkName, Role, SysctlValue


class Host(Section):
    """A host: what it does, where it is, which key proves that it is it."""

    roles: tuple[Role, ...] = Field(min_length=1)
    """What it does; one host may have several roles."""
    addresses: dict[NetworkName, IPv4Address]
    """Its address on each network that it takes part in; `management` always."""
    nics: str = "default"
    """Name of its NIC profile."""
    host_key: HostKey | None = None
    """Its SSH host key; without one it is looked up in `ssh.knownHosts`."""
    sysctl: dict[str, SysctlValue] = Field(default_factory=dict)
    """Kernel parameters of this host alone, over `hostPrep.sysctl`."""
    enabled: bool = True
    """False: known but not touched (racked, powered off, kept for scale-out)."""
