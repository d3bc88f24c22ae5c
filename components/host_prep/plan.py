"""Which state each host must have, by group. Pure: configuration and file contents in, JSON out."""

from __future__ import annotations

from dataclasses import dataclass, field

from components.host_prep import access, docker, hosts, kernel, logs, netplan, packages, proxies, system, time
from components.host_prep.target import SiteFiles, Target
from components.state import State, merge
from config.cloud import CloudConfig

_BASE = (
    packages.sources,
    packages.unattended_upgrades,
    packages.certificates,
    proxies.pip,
    system.system,
    access.users,
    access.sshd,
    access.deploy_host,
    kernel.kernel,
    time.chrony,
    docker.docker,
    hosts.hosts,
    logs.journal,
    logs.fluent_bit_settings,
)
_SECRETS = (proxies.secret_proxies, access.deploy_key, logs.fluent_bit_password)


@dataclass(frozen=True)
class HostPlan:
    """The states of one host, in the order in which they are applied."""

    sources: State | None = field(repr=False)
    """What apt needs before it can fetch anything; may hold secrets. None: nothing."""
    base: State
    """All of the host that needs no secret."""
    secrets: State | None = field(repr=False)
    """Files with secrets and what belongs to them. None: the host has none."""
    network: State
    """The network; applied with a confirmation."""


def plan_hosts(cloud: CloudConfig, files: SiteFiles | None = None) -> dict[str, HostPlan]:
    """The plan of each active host.

    Args:
        cloud: the whole cloud.
        files: contents of the files that it names; read here when they are not given.

    Raises:
        ValueError: a file cannot be read, or two concerns want different things of a host.
    """
    files = files or SiteFiles.read(cloud)
    return {name: _plan(Target(cloud, name, host, files)) for name, host in cloud.active().items()}


def _plan(target: Target) -> HostPlan:
    return HostPlan(
        sources=proxies.before_packages(target) or None,
        base=merge(*(part(target) for part in _BASE)),
        secrets=merge(*(part(target) for part in _SECRETS)) or None,
        network=netplan.netplan(target),
    )
