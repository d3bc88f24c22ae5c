"""Compute instances, and Placement, which tells where there is room for one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar, Literal

from config.kolla.expected import Agent, Catalogued
from config.kolla.hosts import hosts_of
from config.kolla.port import Port, api
from config.kolla.service import HOST_ROLES, Row, Service
from config.model.errors import Problem

if TYPE_CHECKING:
    from config.cloud import CloudConfig
    from config.kolla import KollaSettings
    from config.kolla.values import Values

_CONSOLES = "consoles of servers (noVNC, SPICE, serial)"


class Nova(Service):
    """Compute instances."""

    name: ClassVar[str] = "nova"
    runs: ClassVar[str] = "enable_nova"
    catalogue: ClassVar[tuple[Catalogued, ...]] = (Catalogued("compute", "nova"),)
    roles: ClassVar[tuple[str, ...]] = ("nova", "nova-cell")
    ports: ClassVar[tuple[Port, ...]] = (
        *api("nova", "servers", "nova-api", "nova_api"),
        Port(
            "nova-metadata",
            "metadata, asked by the network agents",
            ("nova_metadata_port", "nova_metadata_listen_port"),
            ("loadbalancer", "nova-metadata", "nova-api"),
        ),
        *api("console", _CONSOLES, "nova-novncproxy", "nova_novncproxy", when="nova_console == 'novnc'"),
        *api(
            "console",
            _CONSOLES,
            "nova-spicehtml5proxy",
            "nova_spicehtml5proxy",
            when="nova_console == 'spice'",
        ),
        *api(
            "console",
            _CONSOLES,
            "nova-serialproxy",
            "nova_serialproxy",
            when="enable_nova_serialconsole_proxy",
        ),
        Port(
            "libvirt",
            "live migration: control, plain or TLS",
            ("nova_libvirt_port",),
            ("compute",),
            ("control", "compute"),
        ),
        Port(
            "migration",
            "live migration: memory and disks",
            (),
            ("compute",),
            ("compute",),
            fixed=("49152-49215",),
        ),
        Port(
            "nova-ssh",
            "cold migration",
            ("nova_ssh_port",),
            ("compute",),
            ("compute",),
            when="enable_nova_ssh",
        ),
        Port(
            "consoles",
            "VNC and SPICE of servers, for the proxies",
            (),
            ("compute",),
            ("control",),
            fixed=("5900-6900",),
            when="nova_console in ['novnc', 'spice']",
        ),
        Port(
            "serial-consoles",
            "serial consoles of servers, for the proxy",
            (),
            ("compute",),
            ("control",),
            fixed=("10000-10999",),
            when="enable_nova_serialconsole_proxy",
        ),
    )

    virt_type: Literal["kvm", "qemu"] = "kvm"
    """Hardware virtualisation, or emulation where there is none."""
    backend: Literal["ceph", "local"] = "ceph"
    """Where servers' own disks are kept."""
    console: Literal["novnc", "spice", "none"] = "novnc"
    """How users see a server's screen."""
    serial_console: bool = False
    """Serial consoles in the browser."""

    def rows(self, cloud: CloudConfig, kolla: KollaSettings) -> Iterator[Row]:
        """Hypervisors, disks, consoles."""
        yield "nova_compute_virt_type", self.virt_type, "kolla.nova.virtType"
        yield "nova_backend_ceph", self.backend == "ceph", "kolla.nova.backend"
        yield "nova_console", self.console, "kolla.nova.console"
        yield "enable_nova_serialconsole_proxy", self.serial_console or None, "kolla.nova.serialConsole"

    def ceph_uses(self) -> dict[str, str]:
        """Servers' own disks, if they are in Ceph."""
        return {"nova": "nova.backend"} if self.backend == "ceph" else {}

    def agents(self, cloud: CloudConfig, known: Values) -> Iterator[Agent]:
        """Schedulers, conductors, hypervisors."""
        for name, group in (
            ("nova-scheduler", "nova-scheduler"),
            ("nova-conductor", "nova-conductor"),
            ("nova-compute", "compute"),
        ):
            yield Agent("compute", name, hosts_of(cloud, group))

    def problems(self, cloud: CloudConfig, kolla: KollaSettings) -> Iterator[Problem]:
        """There is a hypervisor."""
        if not cloud.with_role("compute"):
            reason = "no enabled host has the role `compute`: servers would have no hypervisor"
            yield Problem(("hosts",), reason, "give the role to a host", needs=HOST_ROLES)


class Placement(Service):
    """Placement."""

    name: ClassVar[str] = "placement"
    runs: ClassVar[str] = "enable_placement"
    catalogue: ClassVar[tuple[Catalogued, ...]] = (Catalogued("placement", "placement"),)
    ports: ClassVar[tuple[Port, ...]] = api("placement", "resources", "placement-api", "placement_api")
