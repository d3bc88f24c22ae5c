"""Load balancers of tenants."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from pydantic import Field

from config.kolla.expected import Catalogued
from config.kolla.port import Port, api
from config.kolla.service import Row, Service
from config.kolla.services.external_bridges import physical_networks
from config.kolla.setting import Setting
from config.kolla.values import UnknownValueError, values
from config.model.base import Section
from config.model.errors import Loc, Problem
from config.model.text_source import SecretSource
from config.model.texts.lines import Name
from config.model.types import AddressRange, Cidr, LocalPath, VlanId

if TYPE_CHECKING:
    from config.cloud import CloudConfig
    from config.kolla import KollaSettings

_HERE: Loc = ("kolla", "octavia")
_DRIVERS = {
    "ovn": ("ovn:OVN provider", "ovn"),
    "amphora": ("amphora:Amphora provider", "amphora_agent"),
}


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
    """The management network; not needed where it is made by hand."""
    auto_configure: bool = True
    """Kolla-Ansible makes network, flavor and security group; if not, `kolla.globals` names those made by hand."""
    topology: Literal["SINGLE", "ACTIVE_STANDBY"] = "ACTIVE_STANDBY"
    """Virtual machines per load balancer."""
    certificates: AmphoraCertificates | None = None
    """Certificates; required for the provider `amphora`."""


class Octavia(Service):
    """Load balancers for tenants."""

    name: ClassVar[str] = "octavia"
    runs: ClassVar[str] = "enable_octavia"
    catalogue: ClassVar[tuple[Catalogued, ...]] = (Catalogued("load-balancer", "octavia"),)
    heading: ClassVar[str] = "Load balancers"
    ports: ClassVar[tuple[Port, ...]] = (
        *api("octavia", "load balancers", "octavia-api", "octavia_api"),
        Port(
            "octavia-health",
            "heartbeats of amphorae, signed",
            ("octavia_health_manager_port",),
            ("octavia-health-manager",),
            ("anyone",),
            protocol="udp",
            when="'amphora' in octavia_provider_drivers",
        ),
    )

    enabled: bool = False
    """Whether the service runs."""
    providers: tuple[Literal["ovn", "amphora", "other"], ...] = Field(default=("ovn",), min_length=1)
    """What makes load balancers, the default first: OVN (layer 4), virtual machines (layer 7), `other` (as `globals` says)."""
    amphora: Amphora = Amphora()
    """Settings of the provider `amphora`."""

    def rows(self, cloud: CloudConfig, kolla: KollaSettings) -> Iterator[Row]:
        """Providers, and the network of the virtual machines."""
        at = "kolla.octavia"
        on, amphora = self.enabled, self.amphora
        machines = on and "amphora" in self.providers
        yield "enable_octavia", on, f"{at}.enabled"
        if "other" not in self.providers:
            drivers, agents = zip(*(_DRIVERS[name] for name in self.providers), strict=True)
            yield "octavia_provider_drivers", ", ".join(drivers) if on else None, f"{at}.providers"
            yield "octavia_provider_agents", ", ".join(agents) if on else None, f"{at}.providers"
        yield (
            "octavia_auto_configure",
            (machines and amphora.auto_configure) if on else None,
            f"{at}.amphora.autoConfigure",
        )
        yield "octavia_network_type", amphora.network_type if machines else None, f"{at}.amphora.networkType"
        yield (
            "octavia_loadbalancer_topology",
            amphora.topology if machines else None,
            f"{at}.amphora.topology",
        )
        network = amphora.network if machines else None
        made = network.made() if network else None
        yield "octavia_amp_network", made, f"{at}.amphora.network"
        yield "octavia_amp_network_cidr", str(network.cidr) if network else None, f"{at}.amphora.network"

    def settings(self, cloud: CloudConfig, kolla: KollaSettings) -> Iterator[Setting]:
        """The provider of whoever does not name one; where it is another maker's, the site's own text says it."""
        if self.enabled and self.providers[0] != "other":
            path, field = "octavia/octavia-api.conf", "kolla.octavia.providers"
            yield Setting(path, "api_settings", "default_provider_driver", self.providers[0], field)

    def problems(self, cloud: CloudConfig, kolla: KollaSettings) -> Iterator[Problem]:
        """Its prechecks, and what only the first load balancer would show."""
        if not self.enabled:
            return
        plugin = kolla.neutron.plugin
        here: Loc = (*_HERE, "providers")
        if len(set(self.providers)) < len(self.providers):
            yield Problem(here, "names a provider twice", "name each once")
        if "ovn" in self.providers and plugin != "ovn":
            reason = f"has `ovn`, and Neutron's plugin is {plugin}"
            fix = "use `amphora`, or the plugin `ovn`"
            yield Problem(here, reason, fix, "ovn", needs=(("kolla", "neutron", "plugin"),))
        yield from self._other(kolla)
        if _has_job_board(cloud, amphora="amphora" in self.providers):
            yield from self._jobboard(cloud, kolla)
        if "amphora" in self.providers:
            yield from self._amphora(cloud, kolla, self.amphora)

    def _other(self, kolla: KollaSettings) -> Iterator[Problem]:
        if "other" not in self.providers:
            return
        named = str(kolla.globals.get("octavia_provider_drivers", ""))
        there: Loc = ("kolla", "globals", "octavia_provider_drivers")
        for name in _DRIVERS if named and "{{" not in named else ():
            own, theirs = name in self.providers, f"{name}:" in named
            if own != theirs:
                reason = f"{'does not name' if own else 'names'} `{name}`, and `octavia.providers` {'has' if own else 'lacks'} it"
                yield Problem(there, reason, "name the same providers in both places", named)
        lacking = [
            name
            for name in ("octavia_provider_drivers", "octavia_provider_agents")
            if name not in kolla.globals
        ]
        if lacking:
            reason = f"has `other`, and `cloud:kolla.globals` has no {' and no '.join(lacking)}"
            fix = "set them there, as `NAME:DESCRIPTION` and `NAME`, separated by commas"
            yield Problem((*_HERE, "providers"), reason, fix, "other")

    def _jobboard(self, cloud: CloudConfig, kolla: KollaSettings) -> Iterator[Problem]:
        backend = kolla.coordination.backend
        release = cloud.releases.openstack
        if backend not in ("valkey", "redis"):
            wanted = "valkey" if release >= "2025.1" else "redis"
            reason = f"Octavia's job board (`enable_octavia_jobboard`) is kept in {wanted.capitalize()}"
            loc: Loc = ("kolla", "coordination", "backend")
            yield Problem(
                loc, reason, f"set it to `{wanted}`", backend, needs=(("releases", "openstack"), _HERE)
            )

    def _by_hand(self, kolla: KollaSettings) -> Iterator[Problem]:
        wanted = ("octavia_amp_boot_network_list", "octavia_amp_secgroup_list", "octavia_amp_flavor_id")
        lacking = [name for name in wanted if not kolla.globals.get(name)]
        if lacking:
            reason = f"is off, and nothing names what was made by hand: {', '.join(lacking)}"
            fix = "add the ids to `cloud:kolla.globals`, or remove it"
            yield Problem((*_HERE, "amphora", "autoConfigure"), reason, fix, "false")

    def _amphora(self, cloud: CloudConfig, kolla: KollaSettings, amphora: Amphora) -> Iterator[Problem]:
        here: Loc = (*_HERE, "amphora")
        if amphora.certificates is None:
            reason = "is missing: controllers and amphorae know each other by it"
            fix = "make them (`kolla-ansible octavia-certificates`) and name the four files"
            yield Problem((*here, "certificates"), reason, fix)
        if amphora.network_type == "tenant" and kolla.neutron.plugin != "openvswitch":
            reason = f"works with Open vSwitch alone, and Neutron's plugin is {kolla.neutron.plugin}"
            needs: tuple[Loc, ...] = (("kolla", "neutron", "plugin"),)
            yield Problem((*here, "networkType"), reason, "use `provider`", "tenant", needs=needs)
        if not amphora.auto_configure:
            yield from self._by_hand(kolla)
        elif amphora.network_type == "provider" and amphora.network is None:
            reason = "is missing: the management network of the amphorae is a provider network"
            yield Problem(
                (*here, "network"),
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
                    (*here, "network", "pool"), reason, "correct the range, or the subnet", str(address)
                )
        for name, other in cloud.networks.defined().items():
            if other.cidr and other.cidr.overlaps(network.cidr):
                reason = f"overlaps `networks.{name}` ({other.cidr})"
                yield Problem(
                    (*here, "network", "cidr"), reason, "use a subnet of its own", str(network.cidr)
                )
        physical = physical_networks(cloud, kolla)
        if physical and network.physical_network not in physical:
            reason = f"there is no such physical network; there is {', '.join(physical)}"
            yield Problem(
                (*here, "network", "physicalNetwork"), reason, "use one of those", network.physical_network
            )


def _has_job_board(cloud: CloudConfig, *, amphora: bool) -> bool:
    """Whether Octavia's tasks are kept so that another host goes on with them; with amphorae, by default."""
    try:
        return values(cloud).on("enable_octavia_jobboard")
    except UnknownValueError:
        return amphora
