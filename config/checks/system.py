"""Time and kernel settings."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from zoneinfo import available_timezones

from config.cloud import CloudConfig
from config.errors import Loc, Problem


def system(cloud: CloudConfig) -> Iterator[Problem]:
    """Clocks name real hosts and zones; kernel parameters look like some."""
    for at, name in enumerate(cloud.time.local_clock):
        loc: Loc = ("time", "localClock", at)
        if name not in cloud.hosts:
            yield Problem(
                loc, "there is no such host", "name a host of `cloud:hosts`", name, needs=(("hosts", name),)
            )
        elif not cloud.hosts[name].enabled:
            yield Problem(loc, "the host is not enabled, so it serves no time", "name an enabled host", name)
    zones = _zones()  # empty where the operator's machine has no time zone data
    if zones and cloud.time.timezone not in zones:
        fix = "use a name such as `Etc/UTC` or `Europe/Paris`"
        yield Problem(("time", "timezone"), "there is no such time zone", fix, cloud.time.timezone)
    yield from _sysctl(("hostPrep", "sysctl"), cloud.host_prep.sysctl)
    for name, host in cloud.hosts.items():
        yield from _sysctl(("hosts", name, "sysctl"), host.sysctl)


def _sysctl(loc: Loc, parameters: dict[str, str]) -> Iterator[Problem]:
    for key in parameters:
        if "." not in key.strip("."):
            yield Problem(
                (*loc, key),
                "is not a kernel parameter",
                "write its whole name, such as `net.ipv4.ip_forward`",
            )


@cache
def _zones() -> set[str]:
    """Every zone that the operator's machine knows; the disk is walked once."""
    return available_timezones()
