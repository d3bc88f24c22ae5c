"""Names of the hosts in /etc/hosts, as Kolla's prechecks want them: one name, one address, the API's."""

from __future__ import annotations

from components.host_prep.target import Target
from components.state import State

FULL_UP_TO = 64
"""Hosts up to which every host knows every other. Beyond, hypervisors are known only to those that work with
all of them: a thousand copies of a thousand lines would be most of the stack's state, and adding one
hypervisor would touch them all."""


def hosts(target: Target) -> State:
    """The host's own name, and short and full name of each host at its management address; cloud-init leaves them alone."""
    cloud = target.cloud
    active = cloud.active()
    knows_all = len(active) <= FULL_UP_TO or target.has("control", "monitoring", "deploy")
    entries = {
        str(host.addresses["management"]): [f"{name}.{cloud.domain}", name]
        for name, host in active.items()
        if knows_all or name == target.name or set(host.roles) != {"compute"}
    }
    cloud_init = "# Managed by openstack-cloud.\nmanage_etc_hosts: false\npreserve_hostname: true\nnetwork:\n  config: disabled\n"
    return {
        "hostname": target.name,
        "hosts": entries,
        "files": {"/etc/cloud/cloud.cfg.d/99-openstack-cloud.cfg": {"content": cloud_init, "mode": "0644"}},
    }
