"""Load balancers: what each provider needs besides itself."""

from __future__ import annotations

from collections.abc import Iterator

from config.cloud import CloudConfig
from config.errors import Loc, Problem
from config.kolla.network import Amphora
from config.kolla.places import bridges

_HERE: Loc = ("kolla", "octavia")


def kolla_octavia(cloud: CloudConfig) -> Iterator[Problem]:
    """Octavia's prechecks, and what only the first load balancer would show."""
    kolla = cloud.kolla
    if kolla is None or not kolla.octavia.enabled:
        return
    octavia, plugin = kolla.octavia, kolla.neutron.plugin
    here: Loc = (*_HERE, "providers")
    if len(set(octavia.providers)) < len(octavia.providers):
        yield Problem(here, "names a provider twice", "name each once")
    if "ovn" in octavia.providers and plugin != "ovn":
        reason = f"has `ovn`, and Neutron's plugin is {plugin}"
        yield Problem(
            here, reason, "use `amphora`, or the plugin `ovn`", "ovn", needs=(("kolla", "neutron", "plugin"),)
        )
    if "amphora" in octavia.providers:
        yield from _jobboard(cloud)
        yield from _amphora(cloud, octavia.amphora)


def _jobboard(cloud: CloudConfig) -> Iterator[Problem]:
    backend = cloud.kolla.coordination.backend if cloud.kolla else None
    release = cloud.releases.openstack
    if backend not in ("valkey", "redis"):
        wanted = "valkey" if release >= "2025.1" else "redis"
        reason = f"Octavia's amphorae need a job board, which {wanted.capitalize()} keeps"
        loc: Loc = ("kolla", "coordination", "backend")
        yield Problem(loc, reason, f"set it to `{wanted}`", backend, needs=(("releases", "openstack"), _HERE))


def _amphora(cloud: CloudConfig, amphora: Amphora) -> Iterator[Problem]:
    here: Loc = (*_HERE, "amphora")
    kolla = cloud.kolla
    if kolla is None:
        return
    if amphora.certificates is None:
        reason = "is missing: controllers and amphorae know each other by it"
        fix = "make them (`kolla-ansible octavia-certificates`) and name the four files"
        yield Problem((*here, "certificates"), reason, fix)
    if amphora.network_type == "tenant" and kolla.neutron.plugin != "openvswitch":
        reason = f"works with Open vSwitch alone, and Neutron's plugin is {kolla.neutron.plugin}"
        needs: tuple[Loc, ...] = (("kolla", "neutron", "plugin"),)
        yield Problem((*here, "networkType"), reason, "use `provider`", "tenant", needs=needs)
    if amphora.network_type == "provider" and amphora.network is None:
        reason = "is missing: the management network of the amphorae is a provider network"
        yield Problem((*here, "network"), reason, "add it with `cidr`, `pool` and `vlan`")
    network = amphora.network
    if network is None:
        return
    for address in network.pool:
        if address not in network.cidr:
            reason = f"is not inside the subnet {network.cidr}"
            yield Problem(
                (*here, "network", "pool"), reason, "correct the range, or the subnet", str(address)
            )
    for name, other in cloud.networks.defined().items():
        if other.cidr and other.cidr.overlaps(network.cidr):
            reason = f"overlaps `networks.{name}` ({other.cidr})"
            yield Problem((*here, "network", "cidr"), reason, "use a subnet of its own", str(network.cidr))
    physical = [f"physnet{at}" for at in range(1, len(bridges(cloud, kolla)) + 1)]
    if physical and network.physical_network not in physical:
        reason = f"there is no such physical network; there is {', '.join(physical)}"
        yield Problem(
            (*here, "network", "physicalNetwork"), reason, "use one of those", network.physical_network
        )
