"""Load balancers of tenants."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field

from config.kolla.expected import Catalogued
from config.kolla.port import Port, api
from config.kolla.service import Row, Service
from config.kolla.services import amphora
from config.kolla.services.amphora import Amphora
from config.kolla.setting import Setting
from config.kolla.values import UnknownValueError, values
from config.model.errors import Loc, Problem

if TYPE_CHECKING:
    from config.cloud import CloudConfig
    from config.kolla import KollaSettings

_HERE: Loc = ("kolla", "octavia")
_DRIVERS = {
    "ovn": ("ovn:OVN provider", "ovn"),
    "amphora": ("amphora:Amphora provider", "amphora_agent"),
}


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
    """What provides load balancers, the default first: OVN (layer 4), virtual machines (layer 7), `other` (as `globals` says)."""
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
            yield from amphora.problems(cloud, kolla, self.amphora)

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


def _has_job_board(cloud: CloudConfig, *, amphora: bool) -> bool:
    """Whether Octavia's tasks are kept so that another host can continue them; with amphorae, by default."""
    try:
        return values(cloud).on("enable_octavia_jobboard")
    except UnknownValueError:
        return amphora
