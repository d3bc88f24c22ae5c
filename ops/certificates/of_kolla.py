"""Which certificates Kolla-Ansible puts on hosts, by what the stack file says. Pure.

Paths are those of its roles (loadbalancer, service-cert-copy, nova-cell, octavia, keystone), the same in all releases.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from config.cloud import CloudConfig
from config.kolla import KollaSettings
from config.kolla.edge import Side, edge_sources
from config.kolla.endpoints import KEYSTONE_PORT, name_of, same_vip
from config.kolla.hosts import hosts_of
from config.kolla.tls import CA_ON_DEPLOY_HOST
from config.kolla.values import UnknownValueError, Values
from config.kolla.variables import effective
from ops.certificates.switched import is_on, switched
from ops.certificates.wanted import HERE, UP, Wanted

_KOLLA = "/etc/kolla"
_ACME_VOLUME = "/var/lib/docker/volumes/letsencrypt_certificates/_data"
"""What the load balancer reads where Kolla's ACME client runs."""
EXTERNAL, INTERNAL = "external APIs", "internal APIs"
_REFUSED = {
    "external": "every client outside refuses the APIs and the dashboard",
    "internal": "no service reaches another one by the internal address: all APIs fail",
}


def of_kolla(cloud: CloudConfig) -> Iterator[Wanted]:
    """The certificates of a cloud with OpenStack; a file is of the first purpose that has it."""
    kolla = cloud.kolla
    if kolla is None:
        return
    known = Values(cloud.releases.openstack, effective(cloud))
    yield from _load_balancer(cloud, kolla, known)
    yield from switched(cloud, known)
    if kolla.tls.ca:
        yield from _ca(cloud)
    yield from _octavia(cloud, known)
    yield from _unread(kolla)


def _load_balancer(cloud: CloudConfig, kolla: KollaSettings, known: Values) -> Iterator[Wanted]:
    own = effective(cloud)
    hosts = hosts_of(cloud, "loadbalancer")
    own_client = kolla.tls.source == "acme" and not edge_sources(kolla.tls)
    folder = _ACME_VOLUME if own_client else f"{_KOLLA}/haproxy"
    sides: tuple[tuple[Side, str, str], ...] = (
        ("external", EXTERNAL, "haproxy.pem"),
        ("internal", INTERNAL, "haproxy-internal.pem"),
    )
    for side, purpose, file in sides:
        if not getattr(kolla.tls, side):
            continue
        on_disk = Wanted(purpose, hosts, f"{folder}/{file}", _renewer(kolla, side), _REFUSED[side])
        yield on_disk
        outside = side == "external"
        name = name_of(own, side) if outside else str(own["kolla_internal_vip_address"])
        port = _port(known, "keystone_public_port" if outside else "keystone_internal_port")
        yield replace(
            on_disk,
            purpose=f"{purpose}, as served",
            hosts=(HERE,) if outside else hosts[:1],
            place=f"{f'[{name}]' if ':' in name else name}:{port}",
            # With one address for both sides, the load balancer has the inner frontends alone.
            like=INTERNAL if outside and same_vip(cloud) else purpose,
        )


def _renewer(kolla: KollaSettings, side: Side) -> str:
    tls = kolla.tls
    issuer = edge_sources(tls).get(side)
    if issuer:
        asked = "the ACME server" if issuer == "acme" else "the vault"
        return f"edge-tls on the deploy host, from {asked}, every hour where a third of its life is left"
    acme = tls.acme if tls.source == "acme" else None
    if acme and (acme.external_server if side == "external" else acme.internal_server):
        return "Kolla's ACME client, every four hours where it is due"
    if tls.source == "external":
        return "whatever puts it on the hosts (`kolla.tls.source: external`)"
    field = (
        "externalCertificate" if side == "external" or not tls.internal_certificate else "internalCertificate"
    )
    return f"the operator: a new `kolla.tls.{field}`, {UP}"


def _port(known: Values, option: str) -> str:
    try:
        return known.port(option)
    except UnknownValueError:
        return str(KEYSTONE_PORT)


def _ca(cloud: CloudConfig) -> Iterator[Wanted]:
    renewed_by = f"the operator: a `kolla.tls.ca` with the old and the new one, {UP}, then new certificates"
    breaks = "nobody trusts the certificates that it signed, whatever their own dates"
    yield Wanted(
        "CA of the APIs", hosts_of(cloud, "common"), f"{_KOLLA}/*/ca-certificates/*", renewed_by, breaks
    )
    deploy = tuple(cloud.with_role("deploy"))
    yield Wanted("CA of the APIs", deploy, CA_ON_DEPLOY_HOST, renewed_by, breaks)


_OCTAVIA = (
    ("server_ca.cert.pem", "Octavia's CA of amphorae", "serverCa", "no load balancer is created or renewed"),
    (
        "client_ca.cert.pem",
        "Octavia's CA of its controllers",
        "clientCa",
        "amphorae refuse their controllers",
    ),
    (
        "client.cert-and-key.pem",
        "Octavia's own at amphorae",
        "client",
        "amphorae refuse their controllers: load balancers run on, but nobody can change or fail them over",
    ),
)


def _octavia(cloud: CloudConfig, known: Values) -> Iterator[Wanted]:
    on = is_on(known, "enable_octavia and 'amphora' in octavia_provider_drivers")
    if on is False:
        return
    hosts = hosts_of(cloud, "octavia-worker", "octavia-housekeeping", "octavia-health-manager")
    for file, purpose, field, breaks in _OCTAVIA:
        renewed_by = f"the operator: a new `kolla.octavia.amphora.certificates.{field}`, {UP}"
        yield Wanted(purpose, hosts, f"{_KOLLA}/octavia-*/{file}", renewed_by, breaks, expected=on is True)
    yield Wanted(
        "amphorae",
        (),
        "in each virtual machine of a load balancer",
        "Octavia's housekeeping, two weeks before",
        "that load balancer cannot be changed any more",
        unread="only Octavia's controllers may talk to amphorae, and only its database knows their dates",
    )


def _unread(kolla: KollaSettings) -> Iterator[Wanted]:
    if not kolla.magnum.enabled:
        return
    yield Wanted(
        "clusters of Magnum",
        (),
        "in Barbican or Magnum's database, and on the clusters' nodes",
        "their owners (`openstack coe ca rotate`), or the Cluster API",
        "kubectl and nodes are refused by that cluster",
        unread="they are the projects' own",
    )
    if kolla.magnum.kubeconfig:
        yield Wanted(
            "Magnum's login at the management cluster",
            (),
            "inside `kolla.magnum.kubeconfig`",
            f"the operator: a new kubeconfig, {UP}",
            "no cluster is created or changed",
            unread="a kubeconfig is a secret as a whole; it may hold a token instead",
        )
