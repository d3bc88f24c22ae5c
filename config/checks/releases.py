"""OpenStack's release against the hosts' system."""

from __future__ import annotations

from collections.abc import Iterator

from config.cloud import CloudConfig
from config.errors import Problem
from config.releases import HOST_SYSTEMS


def releases(cloud: CloudConfig) -> Iterator[Problem]:
    """Kolla-Ansible's support matrix."""
    openstack, host_os = cloud.releases.openstack, cloud.releases.host_os
    if host_os not in HOST_SYSTEMS[openstack]:
        runs = [release for release, systems in HOST_SYSTEMS.items() if host_os in systems]
        reason = f"OpenStack {openstack} does not run on it; it runs on {', '.join(HOST_SYSTEMS[openstack])}"
        fix = f"use one of those, or a release that {host_os} has: {', '.join(runs)}"
        yield Problem(("releases", "hostOs"), reason, fix, host_os, needs=(("releases", "openstack"),))
