"""Octavia's virtual machines: their network, their certificates, who makes what they need."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Literal

from config.kolla.services.external_bridges import physical_networks
from config.model.base import Section
from config.model.errors import Loc, Problem
from config.model.text_source import SecretSource
from config.model.texts.lines import Name
from config.model.types import AddressRange, Cidr, LocalPath, VlanId

if TYPE_CHECKING:
    from config.cloud import CloudConfig
    from config.kolla import KollaSettings

_HERE: Loc = ("kolla", "octavia", "amphora")


class AmphoraNetwork(Section):
    """The provider network on which Octavia's virtual machines are managed."""

    physical_network: Name = "physnet1"
    """Physical network of Neutron that carries it."""
    vlan: VlanId | None = None
    """Its VLAN; none: flat."""
    cidr: Cidr
    """Its subnet."""
    pool: AddressRange
    """Addresses for the virtual machines."""

    def made(self) -> dict[str, Any]:
        """The network as Kolla-Ansible makes it."""
        return {
            "name": "lb-mgmt-net",
            "provider_network_type": "vlan" if self.vlan else "flat",
            **({"provider_segmentation_id": self.vlan} if self.vlan else {}),
            "provider_physical_network": self.physical_network,
            "external": False,
            "shared": False,
            "subnet": {
                "name": "lb-mgmt-subnet",
                "cidr": str(self.cidr),
                "allocation_pool_start": str(self.pool[0]),
                "allocation_pool_end": str(self.pool[1]),
                "no_gateway_ip": True,
                "enable_dhcp": True,
            },
        }


class AmphoraCertificates(Section):
    """Two CAs and a client certificate: how Octavia and its virtual machines know each other."""

    server_ca: LocalPath
    """PEM file of the CA that signs the virtual machines' certificates."""
    server_ca_key: SecretSource
    """Its private key, locked with the password `octavia_ca_password`."""
    client_ca: LocalPath
    """PEM file of the CA that signs the controllers' certificate."""
    client: SecretSource
    """PEM of the controllers' certificate and private key."""


class Amphora(Section):
    """Octavia's virtual machines."""

    network_type: Literal["provider", "tenant"] = "provider"
    """Whether they are managed over a provider network (production) or a tenant's (trials)."""
    network: AmphoraNetwork | None = None
    """The management network; not needed where it is created by hand."""
    auto_configure: bool = True
    """Kolla-Ansible creates network, flavor and security group; if not, `kolla.globals` names those created by hand."""
    topology: Literal["SINGLE", "ACTIVE_STANDBY"] = "ACTIVE_STANDBY"
    """Virtual machines per load balancer."""
    certificates: AmphoraCertificates | None = None
    """Certificates; required for the provider `amphora`."""


def problems(cloud: CloudConfig, kolla: KollaSettings, amphora: Amphora) -> Iterator[Problem]:
    """What the controllers need to reach their virtual machines and to know them."""
    if amphora.certificates is None:
        reason = "is missing: controllers and amphorae know each other by it"
        fix = "make them (`kolla-ansible octavia-certificates`) and name the four files"
        yield Problem((*_HERE, "certificates"), reason, fix)
    if amphora.network_type == "tenant" and kolla.neutron.plugin != "openvswitch":
        reason = f"works with Open vSwitch alone, and Neutron's plugin is {kolla.neutron.plugin}"
        needs: tuple[Loc, ...] = (("kolla", "neutron", "plugin"),)
        yield Problem((*_HERE, "networkType"), reason, "use `provider`", "tenant", needs=needs)
    if not amphora.auto_configure:
        yield from _by_hand(kolla)
    elif amphora.network_type == "provider" and amphora.network is None:
        reason = "is missing: the management network of the amphorae is a provider network"
        yield Problem(
            (*_HERE, "network"),
            reason,
            "add it with `cidr`, `pool` and `vlan`, or set `autoConfigure: false`",
        )
    network = amphora.network
    if network is None:
        return
    for address in network.pool:
        if address not in network.cidr:
            reason = f"is not inside the subnet {network.cidr}"
            yield Problem(
                (*_HERE, "network", "pool"), reason, "correct the range, or the subnet", str(address)
            )
    for name, other in cloud.networks.defined().items():
        if other.cidr and other.cidr.overlaps(network.cidr):
            reason = f"overlaps `networks.{name}` ({other.cidr})"
            yield Problem((*_HERE, "network", "cidr"), reason, "use a separate subnet", str(network.cidr))
    physical = physical_networks(cloud, kolla)
    if physical and network.physical_network not in physical:
        reason = f"there is no such physical network; there is {', '.join(physical)}"
        yield Problem(
            (*_HERE, "network", "physicalNetwork"), reason, "use one of those", network.physical_network
        )


def _by_hand(kolla: KollaSettings) -> Iterator[Problem]:
    wanted = ("octavia_amp_boot_network_list", "octavia_amp_secgroup_list", "octavia_amp_flavor_id")
    lacking = [name for name in wanted if not kolla.globals.get(name)]
    if lacking:
        reason = f"is off, and nothing names what was created by hand: {', '.join(lacking)}"
        fix = "add the ids to `cloud:kolla.globals`, or remove it"
        yield Problem((*_HERE, "autoConfigure"), reason, fix, "false")
