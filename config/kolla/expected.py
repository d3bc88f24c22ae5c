"""What a service shows of itself once it runs: in Keystone's catalogue, as agents of its API, as a cluster."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Api = Literal["compute", "network", "volume"]
"""The APIs that list processes with their state: `openstack API service list`, `network agent list`."""


@dataclass(frozen=True)
class Catalogued:
    """An entry of Keystone's catalogue, with an internal and a public endpoint."""

    type: str
    """Such as `compute`."""
    options: str
    """What comes before `_internal_fqdn` and `_external_fqdn` in the options that name its endpoints' hosts."""
    since: str = ""
    """The first release that has it; empty: all."""
    until: str = ""
    """The last release that has it; empty: all."""

    def of(self, series: str) -> bool:
        """Whether a release has it."""
        return self.since <= series and (not self.until or series <= self.until)


@dataclass(frozen=True)
class Agent:
    """A process on some hosts that reports to an API, which says whether it is alive."""

    api: Api
    name: str
    """The binary; for the network API the agent's type, because one binary has several."""
    hosts: tuple[str, ...]
    backend: str = ""
    """Storage that it serves: the API calls it HOST@BACKEND then."""

    def reported(self) -> Iterable[str]:
        """What the API calls its hosts."""
        return (f"{host}@{self.backend}" if self.backend else host for host in self.hosts)


@dataclass(frozen=True)
class Cluster:
    """Members on several hosts that have to know each other."""

    name: Literal["galera", "rabbitmq", "ovn-nb", "ovn-sb"]
    """What kind: each is asked in its own way."""
    on: str
    """Inventory group of its members."""
