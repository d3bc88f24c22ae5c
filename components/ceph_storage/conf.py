"""The texts of ceph.conf: for the cluster's own hosts, for administrators, for OpenStack's services."""

from __future__ import annotations

from config.ceph import CephSettings
from config.ceph.resolved import fsid, placement
from config.cloud import CloudConfig

CONF = "/etc/ceph/ceph.conf"
ADMIN_KEYRING = "/etc/ceph/ceph.client.admin.keyring"
_UNITS = {"M": 2**20, "G": 2**30, "T": 2**40}

Sections = dict[str, dict[str, str]]


def size(text: str) -> int:
    """Bytes of a size such as `10G`."""
    return int(text[:-1]) * _UNITS[text[-1]]


def storage_address(cloud: CloudConfig, host: str) -> str:
    """Where a host's daemons listen for clients."""
    return str(cloud.hosts[host].addresses[cloud.networks.carrying("storage")])


def mon_hosts(cloud: CloudConfig, ceph: CephSettings) -> list[str]:
    """Addresses of the monitors."""
    if ceph.external:
        return [str(address) for address in ceph.external.mon_hosts]
    return [storage_address(cloud, name) for name in placement(cloud, ceph).mons]


def client_conf(cloud: CloudConfig, ceph: CephSettings) -> str:
    """All that a client needs to find the cluster."""
    return render({"global": _identity(cloud, ceph)})


def host_conf(cloud: CloudConfig, ceph: CephSettings, host: str) -> str:
    """The file of a host with daemons of the packages.

    Only what a daemon must know before it can ask the monitors; everything else is in their database.
    """
    networks = cloud.networks
    here = {"public_network": str(networks.defined()[networks.carrying("storage")].cidr)}
    if networks.carrying("replication") != networks.carrying("storage"):
        here["cluster_network"] = str(networks.defined()["replication"].cidr)
    sections: Sections = {"global": _identity(cloud, ceph) | here, "osd": _store(ceph)}
    if ceph.rgw and host in placement(cloud, ceph).gateways:
        endpoint = f"{storage_address(cloud, host)}:{ceph.rgw.port}"
        sections[f"client.rgw.{host}"] = {"rgw_frontends": f"beast endpoint={endpoint}"}
    return render(sections)


def render(sections: Sections) -> str:
    """Text of an ini file, without the tabs that Kolla-Ansible's reader stumbles over."""
    parts = [
        f"[{name}]\n" + "".join(f"{key} = {value}\n" for key, value in options.items())
        for name, options in sections.items()
        if options
    ]
    return "# Managed by openstack-cloud.\n" + "\n".join(parts)


def keyring(user: str, key: str, caps: str = "") -> str:
    """A keyring with one key; `caps`: lines of capabilities, for a monitor's first start."""
    return f"[{user}]\nkey = {key}\n{caps}"


def _identity(cloud: CloudConfig, ceph: CephSettings) -> dict[str, str]:
    return {"fsid": str(fsid(cloud, ceph)), "mon_host": ",".join(mon_hosts(cloud, ceph))}


def _store(ceph: CephSettings) -> dict[str, str]:
    osds = ceph.file_osds
    if osds.store == "memory":
        return {"osd_objectstore": "memstore", "memstore_device_bytes": str(size(osds.size))}
    return {
        "osd_objectstore": "bluestore",
        "bluestore_block_size": str(size(osds.size)),
        "osd_memory_target": str(size(osds.memory)),
    }
