"""Which services run, and the few settings of the small ones."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from config.kolla.places import Row

if TYPE_CHECKING:
    from config.cloud import CloudConfig
    from config.kolla import KollaSettings


def switches(cloud: CloudConfig, kolla: KollaSettings) -> Iterator[Row]:
    """`enable_…` of each service that has a field, and its own settings."""
    yield from _simple(kolla)
    yield from _keystone(cloud, kolla)
    yield from _nova(kolla)
    yield from _coordination(cloud, kolla)
    yield from _queues(cloud, kolla)
    yield "enable_proxysql", kolla.database.proxysql, "kolla.database.proxysql"
    yield "enable_mariabackup", kolla.database.backup, "kolla.database.backup"
    trust = kolla.magnum.user_trust if kolla.magnum.enabled else None
    yield "enable_cluster_user_trust", trust, "kolla.magnum.userTrust"


def _simple(kolla: KollaSettings) -> Iterator[Row]:
    for service, on in {
        "barbican": kolla.barbican.enabled,
        "cinder": kolla.cinder.enabled,
        "designate": kolla.designate.enabled,
        "gnocchi": kolla.gnocchi.enabled,
        "grafana": kolla.grafana.enabled,
        "heat": kolla.heat.enabled,
        "horizon": kolla.horizon.enabled,
        "magnum": kolla.magnum.enabled,
        "manila": kolla.manila.enabled,
        "masakari": kolla.masakari.enabled,
        "octavia": kolla.octavia.enabled,
        "prometheus": kolla.prometheus.enabled,
    }.items():
        yield f"enable_{service}", on, f"kolla.{service}.enabled"
    yield "enable_central_logging", kolla.logging.central, "kolla.logging.central"
    yield (
        "enable_ceilometer",
        (kolla.gnocchi.enabled and kolla.gnocchi.ceilometer),
        "kolla.gnocchi.ceilometer",
    )


def _keystone(cloud: CloudConfig, kolla: KollaSettings) -> Iterator[Row]:
    keystone = kolla.keystone
    yield "openstack_region_name", cloud.region, "region"
    yield "fernet_token_expiry", keystone.token_lifetime, "kolla.keystone.tokenLifetime"
    yield "fernet_token_allow_expired_window", keystone.expired_window, "kolla.keystone.expiredWindow"
    update = keystone.update_service_passwords
    if update is None and kolla.object_store.enabled:
        update = False  # a reset password ends the gateways' tokens
    yield "update_keystone_service_user_passwords", update, "kolla.keystone.updateServicePasswords"


def _nova(kolla: KollaSettings) -> Iterator[Row]:
    consoles = {"novnc": "novnc", "spice": "spice", "none": "none"}
    yield "nova_compute_virt_type", kolla.nova.virt_type, "kolla.nova.virtType"
    yield "nova_console", consoles[kolla.nova.console], "kolla.nova.console"
    yield "enable_nova_serialconsole_proxy", kolla.nova.serial_console or None, "kolla.nova.serialConsole"


def _coordination(cloud: CloudConfig, kolla: KollaSettings) -> Iterator[Row]:
    chosen, field = kolla.coordination.backend, "kolla.coordination.backend"
    release = cloud.releases.openstack
    if release <= "2025.1":
        yield "enable_redis", chosen == "redis", field
    if release >= "2025.1":
        yield "enable_valkey", chosen == "valkey", field
    yield "enable_etcd", chosen == "etcd", field


def _queues(cloud: CloudConfig, kolla: KollaSettings) -> Iterator[Row]:
    """Quorum queues and streams from the first day: what the next release asks for (facts 9)."""
    streams, field = kolla.queues.streams, "kolla.queues.streams"
    if cloud.releases.openstack < "2025.1":
        yield "om_enable_rabbitmq_high_availability", False, field
        yield "om_enable_rabbitmq_quorum_queues", True, field
        yield "om_enable_queue_manager", streams, field
        yield "om_enable_rabbitmq_transient_quorum_queue", streams, field
    yield "om_enable_rabbitmq_stream_fanout", streams, field
