"""Which hosts run what: the product's own placement, where it differs from Kolla-Ansible's example inventory."""

from __future__ import annotations

from typing import TYPE_CHECKING

from config.model.types import Role
from config.release_map.inventory import groups

if TYPE_CHECKING:
    from config.cloud import CloudConfig

TOP: dict[str, tuple[Role, ...]] = {
    "control": ("control",),
    "network": ("network",),
    "compute": ("compute",),
    "monitoring": ("monitoring",),
    "storage": ("storage",),
}
"""Kolla-Ansible's groups of hosts, by role."""


def placement(cloud: CloudConfig) -> dict[str, tuple[str, ...]]:
    """Children of the groups that are placed otherwise than in the release's example.

    The load balancer is where the VIPs are, on the control hosts (guide §2). What talks to Ceph without
    keeping data itself is there too: storage hosts run Ceph alone.
    """
    placed: dict[str, tuple[str, ...]] = {"loadbalancer": ("control",)}
    if not local_volumes(cloud):
        placed |= {"cinder-volume": ("cinder",), "cinder-backup": ("cinder",)}
    elif cloud.releases.openstack < "2026.1":
        placed |= {"cinder-volume": ("storage",), "cinder-backup": ("storage",)}
    if cloud.kolla is not None and cloud.kolla.manila.enabled:
        placed |= {"manila-share": ("manila",), "openvswitch": ("network", "compute")}
    return placed


def local_volumes(cloud: CloudConfig) -> bool:
    """Whether volumes lie in LVM on the storage hosts."""
    kolla = cloud.kolla
    return kolla is not None and kolla.cinder.enabled and "lvm" in kolla.cinder.backends


def volume_hosts(cloud: CloudConfig) -> list[str]:
    """The hosts that run cinder-volume."""
    if not local_volumes(cloud):
        return list(cloud.with_role("control"))
    several = cloud.kolla is not None and len(cloud.kolla.cinder.backends) > 1
    if cloud.releases.openstack >= "2026.1" and several:
        return list(cloud.with_role("control", "storage"))
    return list(cloud.with_role("storage"))


def hosts_of(cloud: CloudConfig, *named: str) -> tuple[str, ...]:
    """The active hosts of groups of the inventory, in the order of the stack file."""
    return tuple(cloud.with_role(*(role for group in named for role in roles_of(cloud, group))))


def roles_of(cloud: CloudConfig, group: str) -> tuple[Role, ...]:
    """The roles whose hosts a group of the inventory comes down to; none for a group of another release."""
    placed, known = placement(cloud), groups(cloud.releases.openstack)
    found: dict[Role, None] = {}
    wanted = [group]
    while wanted:
        name = wanted.pop(0)
        if name in TOP:
            found |= dict.fromkeys(TOP[name])
        elif name in placed:
            wanted = [*placed[name], *wanted]
        elif name in known:
            wanted = [*known[name].children, *wanted]
    return tuple(found)
