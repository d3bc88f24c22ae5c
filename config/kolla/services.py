"""Services of the control plane besides network and storage."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from config.base import Section
from config.kolla.secret_text import SecretText
from config.types import RETENTION


class Keystone(Section):
    """Identity."""

    token_lifetime: int = 86400
    """Seconds that a token is valid; Fernet keys are rotated by it. At most a week."""
    expired_window: int = 172800
    """Seconds that a service may go on with an expired token (long backups and migrations)."""
    update_service_passwords: bool | None = None
    """Reconfiguring sets the services' passwords anew; none: not where RADOS gateways would lose their tokens."""


class Nova(Section):
    """Servers."""

    virt_type: Literal["kvm", "qemu"] = "kvm"
    """Hardware virtualisation, or emulation where there is none."""
    backend: Literal["ceph", "local"] = "ceph"
    """Where servers' own disks are kept."""
    console: Literal["novnc", "spice", "none"] = "novnc"
    """How users see a server's screen."""
    serial_console: bool = False
    """Serial consoles in the browser."""


class Barbican(Section):
    """Secrets and keys of tenants."""

    enabled: bool = False
    """Whether the service runs."""


class Magnum(Section):
    """Kubernetes clusters for tenants."""

    enabled: bool = False
    """Whether the service runs."""
    user_trust: bool = False
    """Clusters act in their owner's name; leave it off (CVE-2016-7404) unless a driver needs it."""
    kubeconfig: SecretText | None = None
    """Kubeconfig of the management cluster of the Cluster API driver; none: the Heat driver."""


class Heat(Section):
    """Stacks of resources."""

    enabled: bool = True
    """Whether the service runs."""


class Horizon(Section):
    """The dashboard."""

    enabled: bool = True
    """Whether the service runs."""


class Designate(Section):
    """DNS zones of tenants."""

    enabled: bool = False
    """Whether the service runs."""


class Masakari(Section):
    """Servers of a failed hypervisor are started elsewhere."""

    enabled: bool = False
    """Whether the service runs."""


class Prometheus(Section):
    """Metrics and alerts."""

    enabled: bool = True
    """Whether Prometheus, Alertmanager and the exporters run."""
    scrape_interval: int = Field(default=60, ge=5, le=600)
    """Seconds between two readings."""
    retention: str = Field(default="15d", pattern=RETENTION)
    """How long metrics are kept, such as `15d`."""
    ceph: bool = True
    """Reads the metrics of Ceph's managers too, where there is a Ceph."""


class Grafana(Section):
    """Dashboards."""

    enabled: bool = True
    """Whether the service runs."""


class Logging(Section):
    """Logs of all services in one place."""

    central: bool = False
    """Fluentd sends them to OpenSearch on the control hosts."""


class Database(Section):
    """MariaDB."""

    backup: bool = True
    """Mariabackup is there for `make backup`."""
    proxysql: bool | None = None
    """ProxySQL before the database; none: as the release does (on from 2024.2)."""


class Queues(Section):
    """RabbitMQ."""

    streams: bool = True
    """Replies and fanouts outlive a host too; false: a running cloud of 2024.x that has not been moved yet."""


class Workers(Section):
    """Processes of each API and RPC service on a host."""

    api: int | None = Field(default=None, ge=1, le=64)
    """API processes; none: as many as processors, at most 5."""
    rpc: int | None = Field(default=None, ge=1, le=64)
    """RPC processes; none: as many as processors, at most 3."""
