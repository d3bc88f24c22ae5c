"""Time and kernel settings."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any
from zoneinfo import available_timezones

from config.cloud import CloudConfig
from config.errors import Loc, Problem

DOCKERS_OWN = {
    "bridge": "",
    "iptables": "",
    "ip-forward": "",
    "live-restore": "",
    "log-driver": "",
    "log-opts": "hostPrep.dockerLogSize",
}
"""Settings of the daemon that containers of Kolla-Ansible and a running cloud depend on, with the field of each."""


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
    yield from _docker(cloud.host_prep.docker_settings)
    for name, host in cloud.hosts.items():
        yield from _sysctl(("hosts", name, "sysctl"), host.sysctl)


def _docker(settings: dict[str, Any]) -> Iterator[Problem]:
    here: Loc = ("hostPrep", "dockerSettings")
    for name in settings:
        if name in DOCKERS_OWN:
            fix = f"set `cloud:{DOCKERS_OWN[name]}` instead" if DOCKERS_OWN[name] else "remove it"
            yield Problem((*here, name), "is what the product sets itself", fix)
    named = settings.get("insecure-registries", [])
    if not (isinstance(named, list | tuple) and all(isinstance(one, str) for one in named)):
        yield Problem(
            (*here, "insecure-registries"), "is not a list of registries", "write a list of `HOST:PORT`"
        )


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
