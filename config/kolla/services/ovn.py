"""What Neutron works with: virtual switches, and OVN over them."""

from __future__ import annotations

from typing import ClassVar

from config.kolla.expected import Cluster
from config.kolla.port import Port
from config.kolla.service import Service


def tunnel(label: str, why: str, port: str) -> Port:
    """Tenants' packets between gateways and hypervisors; no option moves their port."""
    return Port(
        label,
        why,
        (),
        ("neutron", "compute"),
        ("network", "compute"),
        ("tunnel",),
        "udp",
        fixed=(port,),
    )


class Openvswitch(Service):
    """The virtual switches."""

    name: ClassVar[str] = "openvswitch"
    runs: ClassVar[str] = "enable_openvswitch"
    silent: ClassVar[str] = "its database (ovsdb_port) listens on 127.0.0.1"


class Ovn(Service):
    """OVN: databases and controllers."""

    name: ClassVar[str] = "ovn"
    runs: ClassVar[str] = "enable_ovn"
    clusters: ClassVar[tuple[Cluster, ...]] = (Cluster("ovn-nb", "ovn-nb-db"), Cluster("ovn-sb", "ovn-sb-db"))
    roles: ClassVar[tuple[str, ...]] = ("ovn-controller", "ovn-db")
    ports: ClassVar[tuple[Port, ...]] = (
        Port(
            "ovn",
            "OVN databases",
            ("ovn_nb_db_port", "ovn_sb_db_port"),
            ("ovn-database",),
            ("control", "network", "compute"),
        ),
        Port(
            "ovn-relay",
            "relays of OVN's southbound database",
            (),
            ("ovn-sb-db-relay",),
            ("control", "network", "compute"),
            prefix="ovn_sb_db_relay_port_prefix",
            when="enable_ovn_sb_db_relay",
        ),
        Port(
            "ovn-cluster", "OVN databases: Raft", (), ("ovn-database",), ("control",), fixed=("6643", "6644")
        ),
        tunnel("geneve", "tenants' networks (OVN)", "6081"),
    )
