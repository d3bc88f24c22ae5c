"""Which hosts run what, in the folder's inventory and by the stack file."""

from __future__ import annotations

from collections.abc import Iterator

from config.cloud import CloudConfig
from config.kolla.catalogue import running
from config.kolla.hosts import TOP, hosts_of
from config.release_map.inventory import services
from ops.adopt.inventory import Inventory
from ops.adopt.remark import Remark
from ops.adopt.site import short


def misplaced(cloud: CloudConfig, inventory: Inventory) -> Iterator[Remark]:
    """The groups of services that run whose hosts are others by the stack file."""
    for group in _groups(cloud):
        have = {short(host) for host in inventory.hosts(group)}
        will = set(hosts_of(cloud, group))
        if have != will:
            here = ", ".join(sorted(have)) or "no host"
            there = ", ".join(sorted(will)) or "no host"
            why = f"by the stack file it is {there}: roles decide, and no service has a place of its own"
            do = "give the hosts roles with the same effect, or expect `up` to deploy it there"
            yield Remark(f"inventory: [{group}]", here, why, do)


def _groups(cloud: CloudConfig) -> tuple[str, ...]:
    """Groups of hosts, then those of the containers of services that run."""
    roles = {role for service in running(cloud) for role in (service.roles or (service.name,))}
    used = (
        group
        for one in services(cloud.releases.openstack).values()
        if one.role in roles
        for group in one.groups
    )
    return tuple(dict.fromkeys((*TOP, *used)))
