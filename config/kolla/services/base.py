"""What every cloud has below its services: logs on the host, the load balancer, certificates by ACME."""

from __future__ import annotations

from typing import ClassVar

from config.kolla.port import Port
from config.kolla.service import Service


class Common(Service):
    """Fluentd, cron, Kolla's toolbox."""

    name: ClassVar[str] = "common"
    runs: ClassVar[str] = "true"
    roles: ClassVar[tuple[str, ...]] = ("common", "logs", "kolla_toolbox", "cron", "fluentd")
    silent: ClassVar[str] = "Fluentd takes the log of its own host (fluentd_syslog_port)"


class Loadbalancer(Service):
    """HAProxy, ProxySQL, Keepalived."""

    name: ClassVar[str] = "loadbalancer"
    runs: ClassVar[str] = "enable_loadbalancer"
    ports: ClassVar[tuple[Port, ...]] = (
        Port(
            "vrrp",
            "Keepalived's virtual addresses",
            (),
            ("loadbalancer",),
            ("control",),
            ("management", "public"),
            "vrrp",
            when="enable_keepalived",
        ),
        Port(
            "front-end",
            "all APIs behind one port, by name",
            ("haproxy_single_external_frontend_public_port",),
            ("loadbalancer",),
            ("users",),
            ("public",),
            when="haproxy_single_external_frontend",
        ),
        Port(
            "haproxy-stats",
            "load balancer's page and monitor",
            ("haproxy_stats_port", "haproxy_monitor_port"),
            ("loadbalancer",),
            ("monitoring", "deploy", "control"),
            when="enable_haproxy",
        ),
    )


class Letsencrypt(Service):
    """Kolla-Ansible's own ACME client."""

    name: ClassVar[str] = "letsencrypt"
    runs: ClassVar[str] = "enable_letsencrypt"
    ports: ClassVar[tuple[Port, ...]] = (
        Port(
            "acme",
            "challenges of the ACME server",
            (),
            ("loadbalancer",),
            ("users",),
            ("management", "public"),
            fixed=("80",),
        ),
        Port(
            "acme-answers",
            "challenges, behind the load balancer",
            ("letsencrypt_webserver_port",),
            ("letsencrypt-webserver",),
            ("control",),
        ),
        Port(
            "haproxy-ssh",
            "certificates from Kolla's ACME client",
            ("haproxy_ssh_port",),
            ("loadbalancer",),
            ("control",),
        ),
    )
