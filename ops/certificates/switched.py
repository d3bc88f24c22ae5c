"""Certificates that an option of Kolla-Ansible switches on. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from config.cloud import CloudConfig
from config.kolla.hosts import hosts_of
from config.kolla.values import UnknownValueError, Values
from ops.certificates.wanted import UP, Wanted


@dataclass(frozen=True)
class _Switched:
    when: str
    """Expression over options."""
    on: str
    """Inventory group of the hosts that have it."""
    purpose: str
    place: str
    renewed_by: str
    breaks: str
    expected: bool = True
    also: str = ""
    """Inventory group of further hosts that may have it."""


_TLS = "the operator: a new `kolla.tls.{}`, " + UP
_BY_HAND = "the operator: a new `{}` for Kolla-Ansible, " + UP
_LIBVIRT = "libvirt_tls and libvirt_tls_manage_certs"
_HYPERVISOR = "Nova does not reach its hypervisor, and live migration fails"

_TABLE = (
    _Switched(
        "rabbitmq_enable_tls",
        "rabbitmq",
        "RabbitMQ",
        "/etc/kolla/rabbitmq/rabbitmq-cert.pem",
        _TLS.format("queueCertificate"),
        "no service connects to the message queue again: all work stops",
    ),
    _Switched(
        "database_enable_tls_backend",
        "mariadb",
        "MariaDB",
        "/etc/kolla/*/mariadb-cert.pem",
        _TLS.format("backendCertificate"),
        "ProxySQL refuses the database: all APIs fail",
    ),
    _Switched(
        "database_enable_tls_internal and enable_proxysql",
        "loadbalancer",
        "ProxySQL",
        "/etc/kolla/proxysql/proxysql-cert.pem",
        _TLS.format("databaseCertificate") + ", or the internal one where there is none",
        "services refuse the way to the database: all APIs fail",
    ),
    _Switched(
        "kolla_enable_tls_backend",
        "keystone",
        "services behind the load balancer",
        "/etc/kolla/*/*-cert.pem",
        _TLS.format("backendCertificate"),
        "the load balancer refuses every service behind it: all APIs fail",
        also="tls-backend",  # whether one of them has such a service depends on Neutron's plugin
    ),
    *(
        _Switched(when, "compute", f"libvirt, {what}", f"/etc/kolla/nova-*/{file}", by_hand, _HYPERVISOR)
        for when, what, file in (
            (_LIBVIRT, "CA", "cacert.pem"),
            (_LIBVIRT, "client", "clientcert.pem"),
            (f"{_LIBVIRT} and enable_nova_libvirt_container", "server", "servercert.pem"),
        )
        for by_hand in (_BY_HAND.format(f"nova/nova-libvirt/{file}"),)
    ),
    _Switched(
        "keystone_identity_providers",
        "keystone",
        "identity provider's signing certificate",
        "/etc/kolla/keystone/federation/oidc/cert/*.pem",
        "the identity provider, then the operator: `keystone_identity_providers`, " + UP,
        "tokens that it signs are refused: no federated login from the command line",
        expected=False,  # a provider need not have one
    ),
)
"""A file belongs to the first that has it, so the narrower pattern comes first."""


def switched(cloud: CloudConfig, known: Values) -> Iterator[Wanted]:
    """Those that are on; of an option that only Ansible knows, nothing is expected."""
    for one in _TABLE:
        on = is_on(known, one.when)
        if on is False:
            continue
        hosts = hosts_of(cloud, one.on)
        expected = one.expected and on is True
        found = Wanted(one.purpose, hosts, one.place, one.renewed_by, one.breaks, expected=expected)
        yield found
        if one.also:
            others = tuple(host for host in hosts_of(cloud, one.also) if host not in hosts)
            yield replace(found, hosts=others, expected=False)


def is_on(known: Values, expression: str) -> bool | None:
    """Whether an expression over options holds; None: only Ansible knows."""
    try:
        return known.on(expression)
    except UnknownValueError:
        return None
