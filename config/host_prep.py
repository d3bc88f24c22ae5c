"""What every host gets besides packages: time, kernel, logs (guide §3)."""

from __future__ import annotations

from pydantic import Field

from config.base import Section
from config.types import DOCKER_SIZE, JOURNAL_SIZE, HostName, SysctlValue


class Time(Section):
    """Time synchronisation by chrony; Galera and Ceph need it."""

    servers: tuple[str, ...] = Field(min_length=1)
    timezone: str = "Etc/UTC"
    local_clock: tuple[HostName, ...] = ()
    """Hosts that go on serving time to the management network when the servers are lost."""
    discipline: bool = True
    """False: chrony runs without touching the clock (containers share their machine's)."""


class HostPrepSettings(Section):
    """Kernel and log limits for all hosts."""

    sysctl: dict[str, SysctlValue] = {}
    """Kernel parameters for all hosts, over the product's own."""
    modules: tuple[str, ...] = ()
    """Further kernel modules to load at boot."""
    journal_max_use: str = Field(default="1G", pattern=JOURNAL_SIZE)
    docker_log_size: str = Field(default="50m", pattern=DOCKER_SIZE)
    docker_log_files: int = Field(default=5, ge=1, le=100)
