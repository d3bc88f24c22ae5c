"""How a host's interfaces are cabled: NICs and bonds (guide §2)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from config.model.base import Room, Section
from config.model.errors import Loc, Problem
from config.model.texts.network import InterfaceName

if TYPE_CHECKING:
    from config.cloud import CloudConfig


class Bond(Section):
    """A bond of the host (guide §2: LACP active/active)."""

    members: tuple[InterfaceName, ...] = Field(min_length=1)
    """Physical interfaces."""
    mode: Literal["802.3ad", "active-backup", "balance-xor"] = "802.3ad"
    """LACP on both sides, or what works without the switch knowing."""
    lacp_rate: Literal["fast", "slow"] = "fast"
    """How often LACP asks: every second or every 30."""
    hash_policy: Literal["layer2", "layer2+3", "layer3+4"] = "layer3+4"
    """What decides which member a connection takes."""
    monitor_interval: int = Field(default=100, ge=10, le=10_000)
    """Link monitoring in milliseconds."""


class NicProfile(Room):
    """How hosts of one kind are cabled."""

    ethernets: tuple[InterfaceName, ...] = ()
    """Interfaces used as they are."""
    bonds: dict[InterfaceName, Bond] = Field(default_factory=dict)

    def interfaces(self) -> tuple[str, ...]:
        """What networks can be carried by."""
        return (*self.ethernets, *self.bonds)

    def problems(self, here: Loc, cloud: CloudConfig) -> Iterator[Problem]:
        """Every interface has one use."""
        seen: dict[str, str] = dict.fromkeys(self.ethernets, "`ethernets`")
        for nic in sorted({nic for nic in self.ethernets if self.ethernets.count(nic) > 1}):
            yield Problem((*here, "ethernets"), "is listed twice", "list each interface once", nic)
        for bond, settings in self.bonds.items():
            if bond in self.ethernets:
                reason = "is listed in `ethernets` too"
                yield Problem(
                    (*here, "bonds", bond), reason, "remove it there: the bond creates the interface"
                )
            for at, nic in enumerate(settings.members):
                loc: Loc = (*here, "bonds", bond, "members", at)
                if nic in self.bonds:
                    yield Problem(loc, "is a bond itself", "name the physical interfaces", nic)
                elif nic in seen:
                    reason = f"is in {seen[nic]} too; an interface has one use"
                    yield Problem(loc, reason, "remove it from one of the two", nic)
                seen.setdefault(nic, f"bond `{bond}`")
