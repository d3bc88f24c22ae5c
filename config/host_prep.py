"""What every host gets besides packages: time, kernel, logs (guide §3)."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from config.base import Section
from config.types import DOCKER_SIZE, JOURNAL_SIZE, HostName, SysctlValue


class Time(Section):
    """Time synchronisation by chrony; Galera and Ceph need it."""

    servers: tuple[str, ...] = Field(min_length=1)
    """NTP servers, names or addresses."""
    timezone: str = "Etc/UTC"
    """Time zone of the hosts."""
    local_clock: tuple[HostName, ...] = ()
    """Hosts that go on serving time to the management network when the servers are lost."""
    discipline: bool = True
    """False: chrony runs without touching the clock (containers share their machine's)."""


class HostPrepSettings(Section):
    """Kernel and log limits for all hosts."""

    sysctl: dict[str, SysctlValue] = Field(default_factory=dict)
    """Kernel parameters for all hosts, over the product's own."""
    modules: tuple[str, ...] = ()
    """Further kernel modules to load at boot."""
    packages: tuple[str, ...] = ()
    """Further packages for all hosts."""
    journal_max_use: str = Field(default="1G", pattern=JOURNAL_SIZE)
    """Disk space that the journal may take."""
    docker_log_size: str = Field(default="50m", pattern=DOCKER_SIZE)
    """Size at which a container's log is rotated."""
    docker_log_files: int = Field(default=5, ge=1, le=100)
    """Rotated logs kept of each container."""
    docker_settings: dict[str, Any] = Field(default_factory=dict)
    """Further settings of Docker's daemon.json, such as `registry-mirrors`; a change restarts the daemon, no container."""
