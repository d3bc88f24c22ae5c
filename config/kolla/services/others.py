"""Services that have no fields here: a site switches them on in `kolla.globals`."""

from __future__ import annotations

from typing import ClassVar

from config.kolla.expected import Catalogued
from config.kolla.port import Port, api
from config.kolla.service import Service


class Mistral(Service):
    """Workflows."""

    name: ClassVar[str] = "mistral"
    runs: ClassVar[str] = "enable_mistral"
    catalogue: ClassVar[tuple[Catalogued, ...]] = (Catalogued("workflowv2", "mistral"),)
    ports: ClassVar[tuple[Port, ...]] = api("mistral", "workflows", "mistral-api", "mistral_api")


class Cyborg(Service):
    """Accelerators."""

    name: ClassVar[str] = "cyborg"
    runs: ClassVar[str] = "enable_cyborg"
    catalogue: ClassVar[tuple[Catalogued, ...]] = (Catalogued("accelerator", "cyborg"),)
    ports: ClassVar[tuple[Port, ...]] = api("cyborg", "accelerators", "cyborg-api", "cyborg_api")


class Trove(Service):
    """Databases of tenants."""

    name: ClassVar[str] = "trove"
    runs: ClassVar[str] = "enable_trove"
    catalogue: ClassVar[tuple[Catalogued, ...]] = (Catalogued("database", "trove"),)
    ports: ClassVar[tuple[Port, ...]] = api("trove", "databases of tenants", "trove-api", "trove_api")


class Watcher(Service):
    """Optimisation of where servers are."""

    name: ClassVar[str] = "watcher"
    runs: ClassVar[str] = "enable_watcher"
    catalogue: ClassVar[tuple[Catalogued, ...]] = (Catalogued("infra-optim", "watcher"),)
    ports: ClassVar[tuple[Port, ...]] = api("watcher", "optimisation", "watcher-api", "watcher_api")


class Tacker(Service):
    """Network functions."""

    name: ClassVar[str] = "tacker"
    runs: ClassVar[str] = "enable_tacker"
    catalogue: ClassVar[tuple[Catalogued, ...]] = (Catalogued("nfv-orchestration", "tacker"),)
    ports: ClassVar[tuple[Port, ...]] = api("tacker", "network functions", "tacker-server", "tacker_server")


class Blazar(Service):
    """Reservations."""

    name: ClassVar[str] = "blazar"
    runs: ClassVar[str] = "enable_blazar"
    catalogue: ClassVar[tuple[Catalogued, ...]] = (Catalogued("reservation", "blazar"),)
    ports: ClassVar[tuple[Port, ...]] = api("blazar", "reservations", "blazar-api", "blazar_api")


class Venus(Service):
    """Search in logs."""

    name: ClassVar[str] = "venus"
    runs: ClassVar[str] = "enable_venus"
    catalogue: ClassVar[tuple[Catalogued, ...]] = (Catalogued("LMS", "venus"),)
    ports: ClassVar[tuple[Port, ...]] = api("venus", "search in logs", "venus-api", "venus_api")


class Skyline(Service):
    """The other dashboard."""

    name: ClassVar[str] = "skyline"
    runs: ClassVar[str] = "enable_skyline"
    catalogue: ClassVar[tuple[Catalogued, ...]] = (Catalogued("panel", "skyline_apiserver"),)
    ports: ClassVar[tuple[Port, ...]] = (
        *api("skyline", "Skyline's API", "skyline-apiserver", "skyline_apiserver"),
        *api("skyline-console", "Skyline's dashboard", "skyline-console", "skyline_console"),
    )


class Zun(Service):
    """Containers of tenants."""

    name: ClassVar[str] = "zun"
    runs: ClassVar[str] = "enable_zun"
    catalogue: ClassVar[tuple[Catalogued, ...]] = (Catalogued("container", "zun"),)
    ports: ClassVar[tuple[Port, ...]] = (
        *api("zun", "containers", "zun-api", "zun_api"),
        Port(
            "zun-console",
            "consoles of containers",
            ("zun_wsproxy_port",),
            ("zun-wsproxy",),
            ("users",),
            ("management", "public"),
        ),
    )


class Kuryr(Service):
    """Neutron's networks for containers."""

    name: ClassVar[str] = "kuryr"
    runs: ClassVar[str] = "enable_kuryr"
    silent: ClassVar[str] = "Docker asks it on the host itself"


class Ironic(Service):
    """Machines of tenants."""

    name: ClassVar[str] = "ironic"
    runs: ClassVar[str] = "enable_ironic"
    catalogue: ClassVar[tuple[Catalogued, ...]] = (Catalogued("baremetal", "ironic"),)
    ports: ClassVar[tuple[Port, ...]] = (
        *api("ironic", "machines", "ironic-api", "ironic_api"),
        *api(
            "ironic-inspector",
            "what machines are made of",
            "ironic-inspector",
            "ironic_inspector",
            when="enable_ironic_inspector | default(true)",
        ),
        Port(
            "ironic-http",
            "images for machines that boot",
            ("ironic_http_port",),
            ("ironic-http",),
            ("anyone",),
        ),
        Port(
            "ironic-tftp",
            "machines that boot",
            (),
            ("ironic-tftp",),
            ("anyone",),
            protocol="udp",
            fixed=("69",),
        ),
        Port(
            "ironic-dhcp",
            "addresses for machines that boot",
            (),
            ("ironic-dnsmasq", "ironic-inspector"),
            ("anyone",),
            protocol="udp",
            fixed=("67",),
        ),
    )


class Swift(Service):
    """Swift itself, until 2024.2."""

    name: ClassVar[str] = "swift"
    runs: ClassVar[str] = "enable_swift"
    catalogue: ClassVar[tuple[Catalogued, ...]] = (Catalogued("object-store", "swift"),)
    ports: ClassVar[tuple[Port, ...]] = (
        Port(
            "swift",
            "object storage",
            ("swift_proxy_server_port", "swift_proxy_server_listen_port"),
            ("loadbalancer", "swift-proxy-server"),
            ("users",),
            ("management", "public"),
        ),
        Port(
            "swift-storage",
            "objects",
            (
                "swift_account_server_port",
                "swift_container_server_port",
                "swift_object_server_port",
                "swift_rsync_port",
            ),
            ("swift-account-server", "swift-container-server", "swift-object-server"),
            ("control", "storage"),
            ("storage",),
        ),
    )
