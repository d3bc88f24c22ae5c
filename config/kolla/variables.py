"""What each field is called in Kolla-Ansible: the options that the fields set, and which field owns which option."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from config.kolla import places
from config.kolla.switches import switches

if TYPE_CHECKING:
    from config.cloud import CloudConfig
    from config.kolla import KollaSettings


@dataclass(frozen=True)
class Variable:
    """One option of Kolla-Ansible that a field owns."""

    name: str
    value: Any
    """None: the release's own default stays, so nothing is written."""
    field: str
    """The field, as a path below `cloud:`."""
    group: str
    """Heading under which globals.yml has it."""


def variables(cloud: CloudConfig) -> Iterator[Variable]:
    """Every option that a field owns, in the order of globals.yml; nothing without `kolla`."""
    if cloud.kolla is None:
        return
    parts = {
        "Release and images": _images(cloud, cloud.kolla),
        "Addresses and interfaces": places.addresses(cloud, cloud.kolla),
        "TLS": _tls(cloud, cloud.kolla),
        "Neutron": _neutron(cloud, cloud.kolla),
        "Services": switches(cloud, cloud.kolla),
        "Storage": places.storage(cloud, cloud.kolla),
        "Load balancers": _octavia(cloud.kolla),
        "Monitoring": places.monitoring(cloud, cloud.kolla),
        "Processes and limits": _limits(cloud, cloud.kolla),
    }
    for group, rows in parts.items():
        for name, value, field in rows:
            yield Variable(name, value, field, group)


def owners(cloud: CloudConfig) -> dict[str, str]:
    """The field that owns each option."""
    return {variable.name: variable.field for variable in variables(cloud)}


def effective(cloud: CloudConfig) -> dict[str, Any]:
    """What the stack file sets, by Kolla-Ansible's names: fields and `globals`; the fields win."""
    own = {row.name: row.value for row in variables(cloud) if row.value is not None}
    return {**(cloud.kolla.globals if cloud.kolla else {}), **own}


def truth(value: Any) -> bool:
    """A truth value as Ansible's `bool` filter reads it."""
    return value is True or str(value).strip().lower() in ("yes", "on", "1", "true", "t", "y")


def _images(cloud: CloudConfig, kolla: KollaSettings) -> Iterator[places.Row]:
    images = kolla.images
    at = "kolla.images"
    yield "openstack_release", cloud.releases.openstack, "releases.openstack"
    yield "kolla_base_distro", images.base_distro or cloud.releases.host_os.split("-")[0], f"{at}.baseDistro"
    yield "openstack_tag", images.tag, f"{at}.tag"
    yield "docker_registry", images.registry, f"{at}.registry"
    yield "docker_namespace", images.namespace, f"{at}.namespace"
    yield "docker_registry_username", images.registry_user, f"{at}.registryUser"
    yield "docker_registry_insecure", images.insecure or None, f"{at}.insecure"


def _tls(cloud: CloudConfig, kolla: KollaSettings) -> Iterator[places.Row]:
    tls = kolla.tls
    later = cloud.releases.openstack >= "2025.1"
    yield "kolla_enable_tls_external", tls.external, "kolla.tls.external"
    yield "kolla_enable_tls_internal", tls.internal, "kolla.tls.internal"
    yield "kolla_enable_tls_backend", tls.backend, "kolla.tls.backend"
    yield "rabbitmq_enable_tls", tls.queues, "kolla.tls.queues"
    yield "kolla_externally_managed_cert", tls.source == "external" or None, "kolla.tls.source"
    yield "kolla_copy_ca_into_containers", bool(tls.ca) or None, "kolla.tls.ca"
    debian = (kolla.images.base_distro or cloud.releases.host_os).startswith(("debian", "ubuntu"))
    bundle = "/etc/ssl/certs/ca-certificates.crt" if debian else "/etc/pki/tls/certs/ca-bundle.crt"
    yield "openstack_cacert", bundle if tls.ca else None, "kolla.tls.ca"
    yield "kolla_admin_openrc_cacert", places.CA_ON_DEPLOY_HOST if tls.ca else None, "kolla.tls.ca"
    acme = tls.acme if tls.source == "acme" else None
    yield "enable_letsencrypt", acme is not None or None, "kolla.tls.source"
    yield "letsencrypt_email", acme.email if acme else None, "kolla.tls.acme.email"
    outside = "letsencrypt_external_cert_server" if later else "letsencrypt_cert_server"
    yield outside, (acme.external_server or "") if acme else None, "kolla.tls.acme.externalServer"
    if later:
        inside = (acme.internal_server or "") if acme else None
        yield "letsencrypt_internal_cert_server", inside, "kolla.tls.acme.internalServer"


def _neutron(cloud: CloudConfig, kolla: KollaSettings) -> Iterator[places.Row]:
    neutron = kolla.neutron
    at = "kolla.neutron"
    bridges = places.bridges(cloud, kolla)
    servers = neutron.dns_servers or tuple(
        server for network in cloud.networks.defined().values() for server in network.nameservers
    )
    yield "neutron_plugin_agent", neutron.plugin, f"{at}.plugin"
    yield "neutron_bridge_name", ",".join(bridges) or None, f"{at}.bridges"
    yield "neutron_external_interface", ",".join(bridges.values()) or None, f"{at}.bridges"
    yield "neutron_ovn_distributed_fip", neutron.distributed_fip or None, f"{at}.distributedFip"
    yield "enable_neutron_provider_networks", neutron.provider_networks, f"{at}.providerNetworks"
    yield (
        "neutron_tenant_network_types",
        ",".join(neutron.tenant_network_types) or None,
        f"{at}.tenantNetworkTypes",
    )
    yield "neutron_type_drivers", ",".join(neutron.type_drivers) or None, f"{at}.typeDrivers"
    yield "neutron_dnsmasq_dns_servers", ",".join(map(str, servers)) or None, f"{at}.dnsServers"
    yield "neutron_dns_domain", neutron.dns_domain, f"{at}.dnsDomain"
    yield "enable_neutron_qos", neutron.qos, f"{at}.qos"
    yield "enable_neutron_trunk", neutron.trunk, f"{at}.trunk"
    yield "enable_neutron_port_forwarding", neutron.port_forwarding or None, f"{at}.portForwarding"
    yield "enable_neutron_vpnaas", neutron.vpnaas or None, f"{at}.vpnaas"
    yield "enable_neutron_agent_ha", neutron.agent_ha or None, f"{at}.agentHa"


_DRIVERS = {
    "ovn": ("ovn:OVN provider", "ovn"),
    "amphora": ("amphora:Amphora provider", "amphora_agent"),
}


def _octavia(kolla: KollaSettings) -> Iterator[places.Row]:
    octavia = kolla.octavia
    at = "kolla.octavia"
    on = octavia.enabled
    machines = on and "amphora" in octavia.providers
    drivers, agents = zip(*(_DRIVERS[name] for name in octavia.providers), strict=True)
    yield "octavia_provider_drivers", ", ".join(drivers) if on else None, f"{at}.providers"
    yield "octavia_provider_agents", ", ".join(agents) if on else None, f"{at}.providers"
    yield "octavia_auto_configure", machines if on else None, f"{at}.providers"
    amphora = octavia.amphora
    yield "octavia_network_type", amphora.network_type if machines else None, f"{at}.amphora.networkType"
    yield "octavia_loadbalancer_topology", amphora.topology if machines else None, f"{at}.amphora.topology"
    network = amphora.network if machines else None
    made = None
    if network:
        subnet = {
            "name": "lb-mgmt-subnet",
            "cidr": str(network.cidr),
            "allocation_pool_start": str(network.pool[0]),
            "allocation_pool_end": str(network.pool[1]),
            "no_gateway_ip": True,
            "enable_dhcp": True,
        }
        made = {
            "name": "lb-mgmt-net",
            "provider_network_type": "vlan" if network.vlan else "flat",
            **({"provider_segmentation_id": network.vlan} if network.vlan else {}),
            "provider_physical_network": network.physical_network,
            "external": False,
            "shared": False,
            "subnet": subnet,
        }
    yield "octavia_amp_network", made, f"{at}.amphora.network"
    yield "octavia_amp_network_cidr", str(network.cidr) if network else None, f"{at}.amphora.network"


def _limits(cloud: CloudConfig, kolla: KollaSettings) -> Iterator[places.Row]:
    yield "openstack_service_workers", kolla.workers.api, "kolla.workers.api"
    yield "openstack_service_rpc_workers", kolla.workers.rpc, "kolla.workers.rpc"
    later = cloud.releases.openstack >= "2025.1"
    every = "default_container_dimensions_docker" if later else "default_container_dimensions"
    yield every, kolla.dimensions.get("default"), "kolla.dimensions"
    for name, limits in kolla.dimensions.items():
        if name != "default":
            yield f"{name}_dimensions", limits, "kolla.dimensions"
