"""One machine of the cloud."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from pydantic import Field

from config.model.base import Room
from config.model.errors import Loc, Problem
from config.model.texts.hosts import HostKey, SysctlName
from config.model.texts.lines import Name, Value
from config.model.types import Address, NetworkName, Role

if TYPE_CHECKING:
    from config.cloud import CloudConfig


class Host(Room):
    """One machine: roles, addresses, SSH host key."""

    roles: tuple[Role, ...] = Field(min_length=1)
    """What it does; one host may have several roles."""
    addresses: dict[NetworkName, Address]
    """Its address on each of its networks; `management` always."""
    nics: Name = "default"
    """Name of its NIC profile."""
    host_key: HostKey | None = None
    """Its SSH host key; without one it is looked up in `ssh.knownHosts`."""
    sysctl: dict[SysctlName, Value] = Field(default_factory=dict)
    """Kernel parameters of this host alone, over `hostPrep.sysctl`."""
    enabled: bool = True
    """False: known but not touched (racked, powered off, kept for scale-out)."""

    def problems(self, here: Loc, cloud: CloudConfig) -> Iterator[Problem]:
        """Each role once, no control host left out."""
        if not self.enabled and "control" in self.roles:
            reason = (
                "a control host cannot be left out: Galera and RabbitMQ would form their quorum without it"
            )
            fix = "enable it, or remove it from the stack file"
            yield Problem((*here, "enabled"), reason, fix, "false")
        for role in sorted({role for role in self.roles if self.roles.count(role) > 1}):
            yield Problem((*here, "roles"), f"names `{role}` twice", "name each role once", role)
