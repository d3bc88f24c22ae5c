"""OpenStack's services as Kolla-Ansible deploys them (guide §4)."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from config.base import Section
from config.kolla.images import Images
from config.kolla.network import Neutron, Octavia
from config.kolla.override import Override
from config.kolla.secret_text import SecretText
from config.kolla.services import (
    Barbican,
    Database,
    Designate,
    Grafana,
    Heat,
    Horizon,
    Keystone,
    Logging,
    Magnum,
    Masakari,
    Nova,
    Prometheus,
    Queues,
    Workers,
)
from config.kolla.storage import Cinder, Coordination, Glance, Gnocchi, Manila, ObjectStore
from config.kolla.tls import Tls
from config.types import DomainName, HostName


class KollaSettings(Section):
    """What Kolla-Ansible deploys; VIPs, interfaces, hosts and the VRRP id come from the other sections."""

    deploy: bool = True
    """Whether `up` deploys the services; if not, all is checked and written, and no container is started."""
    internal_fqdn: DomainName | None = None
    """Name of the internal VIP; none: its address."""
    external_fqdn: DomainName | None = None
    """Name of the external VIP; none: its address."""
    passwords: SecretText | None = None
    """All services' passwords, the text of a passwords.yml; `make kolla-passwords` makes them."""
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
    dimensions: dict[str, dict[str, Any]] = Field(default_factory=dict)
    """Limits of containers by their name in Kolla-Ansible, such as `nova_libvirt: {mem_limit: 8g}`; `default`: of all."""
    globals: dict[str, Any] = Field(default_factory=dict)
    """Any other option of Kolla-Ansible by its own name; one that has a field here is refused."""
    host_vars: dict[HostName, dict[str, Any]] = Field(default_factory=dict)
    """Options of Kolla-Ansible for one host, such as an interface that bears another name there."""
    overrides: dict[str, Override] = Field(default_factory=dict)
    """Texts merged over Kolla-Ansible's, by path below `config/`, such as `nova/nova-compute.conf`."""
