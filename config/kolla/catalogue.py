"""Every service that Kolla-Ansible can run, in the order of its deployment, and what follows from the list."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from config.kolla.service import Part, Service
from config.kolla.services import (
    base,
    cinder,
    coordination,
    database,
    masakari,
    neutron,
    nova,
    others,
    ovn,
    telemetry,
)
from config.kolla.services.barbican import Barbican
from config.kolla.services.designate import Designate
from config.kolla.services.glance import Glance
from config.kolla.services.grafana import Grafana
from config.kolla.services.heat import Heat
from config.kolla.services.horizon import Horizon
from config.kolla.services.keystone import Keystone
from config.kolla.services.logging import Logging
from config.kolla.services.magnum import Magnum
from config.kolla.services.manila import Manila
from config.kolla.services.object_store import ObjectStore
from config.kolla.services.octavia import Octavia
from config.kolla.services.prometheus import Prometheus
from config.kolla.services.queues import Queues
from config.kolla.values import Values, values
from config.release_map.inventory import plays

if TYPE_CHECKING:
    from config.cloud import CloudConfig
    from config.kolla import KollaSettings

SERVICES: tuple[type[Service], ...] = (
    base.Common, base.Loadbalancer, base.Letsencrypt, telemetry.Collectd, coordination.Redis, coordination.Valkey,
    database.Database, database.Memcached, Prometheus, cinder.Iscsi, cinder.Multipathd, Queues, coordination.Etcd,
    Keystone, Logging, ObjectStore, Glance, others.Ironic, cinder.Cinder, nova.Placement, ovn.Openvswitch,
    ovn.Ovn, nova.Nova, neutron.Neutron, masakari.Hacluster, Heat, Horizon, Magnum, others.Mistral, Manila,
    telemetry.Gnocchi, telemetry.Ceilometer, telemetry.Aodh, Barbican, others.Cyborg, Designate, others.Trove,
    others.Watcher, Grafana, telemetry.Cloudkitty, others.Tacker, Octavia, others.Zun, others.Blazar,
    masakari.Masakari, others.Venus, others.Skyline, telemetry.Influxdb, telemetry.Telegraf, others.Swift,
    others.Kuryr,
)  # fmt: skip


def running(cloud: CloudConfig, known: Values | None = None) -> tuple[type[Service], ...]:
    """The services that run, in the order of their deployment; none without `kolla`."""
    if cloud.kolla is None:
        return ()
    known = known or values(cloud)
    return tuple(service for service in SERVICES if known.on(service.runs))


def services(cloud: CloudConfig) -> tuple[str, ...]:
    """Their names, as Kolla-Ansible calls them."""
    return tuple(service.name for service in running(cloud))


def parts(kolla: KollaSettings) -> Iterator[Part]:
    """Every section, and every service without one."""
    mine = list(kolla.parts())
    yield from mine
    yield from (service() for service in SERVICES if not any(isinstance(part, service) for part in mine))


def roles_of(service: str) -> tuple[str, ...]:
    """Kolla-Ansible's roles that make up a service."""
    return next((known.roles for known in SERVICES if known.name == service), ()) or (service,)


def tags_of(service: str, series: str) -> tuple[str, ...]:
    """The fewest tags that select all plays of a service (`kolla-ansible deploy --tags …`)."""
    roles = roles_of(service)
    tags = [service if service in play.tags else play.role for play in plays(series) if play.role in roles]
    return tuple(dict.fromkeys(tags)) or (service,)
