"""Time: servers, zone, who goes on when the servers are lost."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING
from zoneinfo import available_timezones

from pydantic import Field

from config.model.base import Room
from config.model.errors import Loc, Problem
from config.model.texts.lines import Line
from config.model.texts.network import HostName, Server

if TYPE_CHECKING:
    from config.cloud import CloudConfig


class Time(Room):
    """Time synchronisation by chrony; Galera and Ceph need it."""

    servers: tuple[Server, ...] = Field(min_length=1)
    """NTP servers, names or addresses."""
    timezone: Line = "Etc/UTC"
    """Time zone of the hosts."""
    local_clock: tuple[HostName, ...] = ()
    """Hosts that go on serving time to the management network when the servers are lost."""
    discipline: bool = True
    """False: chrony runs without touching the clock (containers share their machine's)."""

    def problems(self, here: Loc, cloud: CloudConfig) -> Iterator[Problem]:
        """Clocks are hosts that run, the zone is one."""
        for at, name in enumerate(self.local_clock):
            loc: Loc = (*here, "localClock", at)
            host = cloud.hosts.get(name)
            if host is None:
                needs: tuple[Loc, ...] = (("hosts", name),)
                yield Problem(loc, "there is no such host", "name a host of `cloud:hosts`", name, needs=needs)
            elif not host.enabled:
                yield Problem(
                    loc, "the host is not enabled, so it serves no time", "name an enabled host", name
                )
        zones = _zones()  # empty where the operator's machine has no time zone data
        if zones and self.timezone not in zones:
            fix = "use a name such as `Etc/UTC` or `Europe/Paris`"
            yield Problem((*here, "timezone"), "there is no such time zone", fix, self.timezone)


@cache
def _zones() -> set[str]:
    """Every zone that the operator's machine knows; the disk is walked once."""
    return available_timezones()
