"""The lab as data: networks, hosts, addresses. Everything else in this package is derived from it."""

from __future__ import annotations

from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv4Network

PREFIX = "oc-"
"""Every interface, bridge and network namespace of the lab starts with it."""

DOMAIN = "lab.test"
ADMIN = "cloud"
"""The user that an installer would have made: the operator's key, sudo without a password."""


@dataclass(frozen=True)
class Network:
    """A physical network: one bridge on the machine."""

    name: str
    cidr: IPv4Network
    interface: str
    """Name of the hosts' interface on it."""
    gateway: IPv4Address | None
    """The machine's own address on the bridge; none: the machine has no part in it."""

    @property
    def bridge(self) -> str:
        """Name of the bridge; short, because Linux allows 15 characters."""
        return PREFIX + {"management": "mgmt", "external": "ext", "storage": "stor"}[self.name]


@dataclass(frozen=True)
class Host:
    """A machine of the datacentre: a systemd-nspawn container with its own network namespace."""

    name: str
    addresses: dict[str, IPv4Address] = field(default_factory=dict)
    """Address on each network; a network without an address is cabled only where `cabled` says so."""
    cabled: tuple[str, ...] = ("management",)
    """Networks that its interfaces are plugged into, with or without an address."""
    powered: bool = True
    """False: exists, switched off."""
    infrastructure: bool = False
    """True: the site's own (the package mirror), not a machine of the cloud."""

    @property
    def management(self) -> IPv4Address:
        """The address that SSH uses."""
        return self.addresses["management"]

    @property
    def namespace(self) -> str:
        """Name of its network namespace and of its container on the machine."""
        return PREFIX + self.name

    def link(self, network: str) -> str:
        """Name of the machine's end of its cable to a network."""
        return f"{PREFIX}{self.name}-{self.cabled.index(network)}"


NETWORKS: dict[str, Network] = {
    network.name: network
    for network in (
        Network("management", IPv4Network("10.10.10.0/24"), "bond0", IPv4Address("10.10.10.1")),
        Network("external", IPv4Network("172.24.4.0/24"), "eth1", IPv4Address("172.24.4.1")),
        Network("storage", IPv4Network("10.10.20.0/24"), "bond1", None),
    )
}

MIRROR = Host("mirror", {"management": IPv4Address("10.10.10.2")}, infrastructure=True)
MIRROR_PORT = 3142
REGISTRY_PORT = 5000
"""Of the image registry on the mirror's host."""


def _host(name: str, last: int, *cabled: str, public: bool = False, powered: bool = True) -> Host:
    addresses = {"management": NETWORKS["management"].cidr[last]}
    if public:
        addresses["external"] = NETWORKS["external"].cidr[last]
    if "storage" in cabled:
        addresses["storage"] = NETWORKS["storage"].cidr[last]
    return Host(name, addresses, ("management", *cabled), powered=powered)


HOSTS: dict[str, Host] = {
    host.name: host
    for host in (
        *(_host(f"ctl0{n}", 10 + n, "external", "storage", public=True) for n in (1, 2, 3)),
        *(_host(f"net0{n}", 20 + n, "external") for n in (1, 2)),
        *(_host(f"cmp0{n}", 30 + n, "external", "storage", powered=n < 3) for n in (1, 2, 3)),
        *(_host(f"ceph0{n}", 40 + n, "storage") for n in (1, 2, 3)),
        _host("mon01", 51),
        _host("deploy", 5),
    )
}
"""The machines of the cloud, by name."""

EVERY: dict[str, Host] = {MIRROR.name: MIRROR, **HOSTS}
"""The machines and the site's infrastructure."""
