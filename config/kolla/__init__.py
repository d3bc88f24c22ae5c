"""OpenStack's services as Kolla-Ansible deploys them (guide §4)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pydantic import Field

from config.kolla.images import Images
from config.kolla.override import Override
from config.kolla.password_source import PasswordSource
from config.kolla.service import Part
from config.kolla.services.barbican import Barbican
from config.kolla.services.cinder import Cinder
from config.kolla.services.coordination import Coordination
from config.kolla.services.database import Database
from config.kolla.services.designate import Designate
from config.kolla.services.glance import Glance
from config.kolla.services.grafana import Grafana
from config.kolla.services.heat import Heat
from config.kolla.services.horizon import Horizon
from config.kolla.services.keystone import Keystone
from config.kolla.services.logging import Logging
from config.kolla.services.magnum import Magnum
from config.kolla.services.manila import Manila
from config.kolla.services.masakari import Masakari
from config.kolla.services.neutron import Neutron
from config.kolla.services.nova import Nova
from config.kolla.services.object_store import ObjectStore
from config.kolla.services.octavia import Octavia
from config.kolla.services.prometheus import Prometheus
from config.kolla.services.queues import Queues
from config.kolla.services.telemetry import Gnocchi
from config.kolla.services.workers import Workers
from config.kolla.tls import Tls
from config.model.base import Section
from config.model.texts.images import ContainerName
from config.model.texts.lines import OptionName, RelativePath
from config.model.texts.network import DomainName, HostName


class KollaSettings(Section):
    """What Kolla-Ansible deploys; VIPs, interfaces, hosts and the VRRP id come from the other sections."""

    deploy: bool = True
    """Whether `up` deploys the services; if not, all is checked and written, and no container is started."""
    internal_fqdn: DomainName | None = None
    """Name of the internal VIP; none: its address."""
    external_fqdn: DomainName | None = None
    """Name of the external VIP; none: its address."""
    passwords: PasswordSource | None = None
    """All services' passwords, the text of a passwords.yml, or kept in the vault; `make kolla-passwords` generates them."""
    images: Images = Images()
    """Container images."""
    tls: Tls = Tls()
    """Encryption."""
    keystone: Keystone = Keystone()
    """Identity."""
    glance: Glance = Glance()
    """Images of servers."""
    nova: Nova = Nova()
    """Servers."""
    neutron: Neutron = Neutron()
    """Networks."""
    octavia: Octavia = Octavia()
    """Load balancers."""
    cinder: Cinder = Cinder()
    """Volumes."""
    manila: Manila = Manila()
    """Shared file systems."""
    object_store: ObjectStore = ObjectStore()
    """Object storage."""
    gnocchi: Gnocchi = Gnocchi()
    """Time series of metrics."""
    barbican: Barbican = Barbican()
    """Secrets and keys."""
    magnum: Magnum = Magnum()
    """Kubernetes clusters."""
    heat: Heat = Heat()
    """Stacks of resources."""
    horizon: Horizon = Horizon()
    """Dashboard."""
    designate: Designate = Designate()
    """DNS."""
    masakari: Masakari = Masakari()
    """Recovery from a failed hypervisor."""
    coordination: Coordination = Coordination()
    """Locks between services."""
    prometheus: Prometheus = Prometheus()
    """Metrics and alerts."""
    grafana: Grafana = Grafana()
    """Dashboards of metrics."""
    logging: Logging = Logging()
    """Central logs."""
    database: Database = Database()
    """MariaDB."""
    queues: Queues = Queues()
    """RabbitMQ."""
    workers: Workers = Workers()
    """Processes of each service."""
    dimensions: dict[ContainerName, dict[OptionName, Any]] = Field(default_factory=dict)
    """Limits of containers by their name in Kolla-Ansible, such as `nova_libvirt: {mem_limit: 8g}`; `default`: of all."""
    globals: dict[OptionName, Any] = Field(default_factory=dict)
    """Any other option of Kolla-Ansible by its own name; one that has a field here is refused."""
    host_vars: dict[HostName, dict[OptionName, Any]] = Field(default_factory=dict)
    """Options of Kolla-Ansible for one host, such as an interface that has another name there."""
    overrides: dict[RelativePath, Override] = Field(default_factory=dict)
    """Texts merged over Kolla-Ansible's, by path below `config/`, such as `nova/nova-compute.conf`."""

    def parts(self) -> Iterator[Part]:
        """The sections of one service or one topic each."""
        for name in type(self).model_fields:
            part = getattr(self, name)
            if isinstance(part, Part):
                yield part
