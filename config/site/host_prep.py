"""What every host gets besides packages and time: kernel, logs (guide §3)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from pydantic import Field

from config.model.base import Room
from config.model.errors import Loc, Problem
from config.model.texts.hosts import DockerSize, JournalSize, ModuleName, PackageName, SysctlName
from config.model.texts.lines import Name, Value

if TYPE_CHECKING:
    from config.cloud import CloudConfig


DOCKERS_OWN = {
    "bridge": "",
    "iptables": "",
    "ip-forward": "",
    "live-restore": "",
    "log-driver": "",
    "log-opts": "hostPrep.dockerLogSize",
}
"""Settings of the daemon that containers of Kolla-Ansible and a running cloud depend on, with the field of each."""


class HostPrepSettings(Room):
    """Kernel and log limits for all hosts."""

    sysctl: dict[SysctlName, Value] = Field(default_factory=dict)
    """Kernel parameters for all hosts, over the product's own."""
    modules: tuple[ModuleName, ...] = ()
    """Further kernel modules to load at boot."""
    packages: tuple[PackageName, ...] = ()
    """Further packages for all hosts."""
    journal_max_use: JournalSize = "1G"
    """Disk space that the journal may use."""
    docker_log_size: DockerSize = "50m"
    """Size at which a container's log is rotated."""
    docker_log_files: int = Field(default=5, ge=1, le=100)
    """Rotated logs kept of each container."""
    docker_settings: dict[Name, Any] = Field(default_factory=dict)
    """Further settings of Docker's daemon.json, such as `registry-mirrors`; a change restarts the daemon, no container."""

    def problems(self, here: Loc, cloud: CloudConfig) -> Iterator[Problem]:
        """Docker's settings leave alone what the product sets."""
        yield from self._docker((*here, "dockerSettings"))

    def _docker(self, here: Loc) -> Iterator[Problem]:
        for name in self.docker_settings:
            if name in DOCKERS_OWN:
                fix = f"set `cloud:{DOCKERS_OWN[name]}` instead" if DOCKERS_OWN[name] else "remove it"
                yield Problem((*here, name), "is set by the product itself", fix)
        named = self.docker_settings.get("insecure-registries", [])
        if not (isinstance(named, list | tuple) and all(isinstance(one, str) for one in named)):
            fix = "write a list of `HOST:PORT`"
            yield Problem((*here, "insecure-registries"), "is not a list of registries", fix)
