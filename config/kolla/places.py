"""Where things are: addresses, interfaces, bridges, storage backends, what is monitored."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from config.ceph.resolved import placement, service_pools, service_users
from config.ceph.services import ServiceName
from config.kolla.ceph_uses import ceph_uses

if TYPE_CHECKING:
    from config.cloud import CloudConfig
    from config.kolla import KollaSettings

Row = tuple[str, Any, str]
"""Name of an option, its value (None: not written), the field that owns it."""

CA_ON_DEPLOY_HOST = "/etc/kolla-deploy/certificates/ca/cloud.crt"
"""The CA of `kolla.tls.ca` on the deploy host."""

MGR_METRICS_PORT = 9283
"""Where Ceph's managers tell their metrics."""


def addresses(cloud: CloudConfig, kolla: KollaSettings) -> Iterator[Row]:
    """VIPs, their names, and the device of each network."""
    networks = cloud.networks.defined()
    inside, outside = networks["management"], networks[cloud.networks.carrying("public")]
    internal = str(inside.vip) if inside.vip else None
    external = str(outside.vip) if outside.vip else internal
    yield "kolla_internal_vip_address", internal, "networks.management.vip"
    yield "kolla_external_vip_address", external, "networks.public.vip"
    yield "kolla_internal_fqdn", kolla.internal_fqdn, "kolla.internalFqdn"
    yield "kolla_external_fqdn", kolla.external_fqdn, "kolla.externalFqdn"
    yield "keepalived_virtual_router_id", str(cloud.virtual_router_id), "virtualRouterId"
    yield "network_interface", inside.device(), "networks.management.interface"
    yield "api_interface", inside.device(), "networks.management.interface"
    yield "kolla_external_vip_interface", outside.device(), "networks.public.interface"
    tunnel = networks[cloud.networks.carrying("tunnel")].device()
    yield "tunnel_interface", tunnel, "networks.tunnel.interface"


def same_vip(cloud: CloudConfig) -> bool:
    """Whether the APIs have one VIP for inside and outside."""
    return cloud.networks.carrying("public") == "management"


def bridges(cloud: CloudConfig, kolla: KollaSettings) -> dict[str, str]:
    """External bridges with the interface of each: the site's, else `br-ex` on the provider network."""
    if kolla.neutron.bridges:
        return dict(kolla.neutron.bridges)
    provider = cloud.networks.provider
    return {"br-ex": provider.device()} if provider else {}


def storage(cloud: CloudConfig, kolla: KollaSettings) -> Iterator[Row]:
    """Backends of everything that keeps data."""
    yield "glance_backend_ceph", kolla.glance.backend == "ceph", "kolla.glance.backend"
    yield "glance_backend_file", kolla.glance.backend == "file", "kolla.glance.backend"
    yield "nova_backend_ceph", kolla.nova.backend == "ceph", "kolla.nova.backend"
    yield from _cinder(cloud, kolla)
    manila = kolla.manila.backends if kolla.manila.enabled else ()
    yield "enable_manila_backend_cephfs_native", "cephfs-native" in manila or None, "kolla.manila.backends"
    yield "enable_manila_backend_cephfs_nfs", "cephfs-nfs" in manila or None, "kolla.manila.backends"
    files = cloud.ceph.filesystem if cloud.ceph else None
    filesystem = (kolla.manila.filesystem or (files.name if files else None)) if manila else None
    yield "manila_cephfs_filesystem_name", filesystem, "kolla.manila.filesystem"
    gnocchi = kolla.gnocchi.storage if kolla.gnocchi.enabled else None
    yield "gnocchi_backend_storage", gnocchi, "kolla.gnocchi.storage"
    yield "enable_gnocchi_statsd", (gnocchi and kolla.gnocchi.statsd) or None, "kolla.gnocchi.statsd"
    yield from _ceph(cloud, kolla)
    yield from _object_store(cloud, kolla)


def _cinder(cloud: CloudConfig, kolla: KollaSettings) -> Iterator[Row]:
    cinder, at = kolla.cinder, "kolla.cinder"
    backends = cinder.backends if cinder.enabled else ()
    yield "cinder_backend_ceph", "ceph" in backends, f"{at}.backends"
    yield "enable_cinder_backend_lvm", "lvm" in backends or None, f"{at}.backends"
    yield "enable_cinder_backend_nfs", "nfs" in backends or None, f"{at}.backends"
    yield "cinder_volume_group", cinder.volume_group, f"{at}.volumeGroup"
    if cloud.releases.openstack >= "2024.2":
        yield "cinder_cluster_name", cinder.cluster_name, f"{at}.clusterName"
    backup = cinder.backup if cinder.enabled else "off"
    yield "enable_cinder_backup", backup != "off", f"{at}.backup"
    yield "cinder_backup_driver", backup if backup != "off" else None, f"{at}.backup"
    yield "cinder_backup_share", cinder.backup_share, f"{at}.backupShare"


_POOLS: dict[ServiceName, str] = {
    "glance": "ceph_glance_pool_name",
    "cinder": "ceph_cinder_pool_name",
    "cinder-backup": "ceph_cinder_backup_pool_name",
    "nova": "ceph_nova_pool_name",
    "gnocchi": "ceph_gnocchi_pool_name",
}
_USERS: dict[ServiceName, str] = {
    "glance": "ceph_glance_user",
    "cinder": "ceph_cinder_user",
    "cinder-backup": "ceph_cinder_backup_user",
    "nova": "ceph_nova_user",
    "gnocchi": "ceph_gnocchi_user",
    "manila": "ceph_manila_user",
}


def _ceph(cloud: CloudConfig, kolla: KollaSettings) -> Iterator[Row]:
    """Pools and users as `ceph` has them, of the services that use them."""
    uses = ceph_uses(kolla)
    pools = service_pools(cloud.ceph) if cloud.ceph else {}
    users = service_users(cloud.ceph) if cloud.ceph else {}
    for service, name in _POOLS.items():
        yield name, pools.get(service) if service in uses else None, "ceph.services"
    for service, name in _USERS.items():
        yield name, users.get(service) if service in uses else None, "ceph.services"


def gateways(cloud: CloudConfig, kolla: KollaSettings) -> list[dict[str, Any]]:
    """The RADOS gateways behind the load balancer: those that are listed, else those of `ceph.rgw`."""
    if kolla.object_store.gateways:
        return [{"host": one.host, "ip": one.ip, "port": one.port} for one in kolla.object_store.gateways]
    if cloud.ceph is None or cloud.ceph.rgw is None or cloud.ceph.mode == "external":
        return []
    network = cloud.networks.carrying("storage")
    return [
        {"host": name, "ip": str(cloud.hosts[name].addresses[network]), "port": cloud.ceph.rgw.port}
        for name in placement(cloud, cloud.ceph).gateways
        if network in cloud.hosts[name].addresses
    ]


def _object_store(cloud: CloudConfig, kolla: KollaSettings) -> Iterator[Row]:
    store, at = kolla.object_store, "kolla.objectStore"
    rgw = cloud.ceph.rgw if cloud.ceph else None
    on = store.enabled or None
    in_url = store.account_in_url
    if in_url is None:
        in_url = rgw.account_in_url if rgw else True
    yield "enable_ceph_rgw", store.enabled, f"{at}.enabled"
    yield "enable_ceph_rgw_keystone", on and store.keystone, f"{at}.keystone"
    yield "ceph_rgw_swift_compatibility", on and store.swift_compatibility, f"{at}.swiftCompatibility"
    yield "ceph_rgw_swift_account_in_url", on and in_url, f"{at}.accountInUrl"
    yield "ceph_rgw_hosts", on and gateways(cloud, kolla), f"{at}.gateways"
    yield "ceph_rgw_keystone_user", rgw.keystone_user if on and rgw else None, "ceph.rgw.keystoneUser"


def monitoring(cloud: CloudConfig, kolla: KollaSettings) -> Iterator[Row]:
    """How often and how long Prometheus looks, and what it looks at besides Kolla's services."""
    prometheus, at = kolla.prometheus, "kolla.prometheus"
    on = prometheus.enabled or None
    yield "prometheus_scrape_interval", on and f"{prometheus.scrape_interval}s", f"{at}.scrapeInterval"
    retention = f"--storage.tsdb.retention.time={prometheus.retention}"
    yield "prometheus_cmdline_extras", on and retention, f"{at}.retention"
    managers = _managers(cloud)
    ceph = (on and prometheus.ceph and bool(managers)) or None
    yield "enable_prometheus_ceph_mgr_exporter", ceph, f"{at}.ceph"
    yield "prometheus_ceph_mgr_exporter_endpoints", managers if ceph else None, f"{at}.ceph"


def _managers(cloud: CloudConfig) -> list[str]:
    """Where Ceph's managers tell their metrics; of a cluster made here they are on the monitors' hosts."""
    ceph = cloud.ceph
    if ceph is None or not ceph.prometheus:
        return []
    if ceph.external is not None:
        return [f"{address}:{MGR_METRICS_PORT}" for address in ceph.external.mon_hosts]
    hosts = (cloud.hosts[name] for name in placement(cloud, ceph).mons)
    return [
        f"{host.addresses['management']}:{MGR_METRICS_PORT}"
        for host in hosts
        if "management" in host.addresses
    ]
