"""Every certificate that a cloud has, inside and outside. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from config.ceph.resolved import placement
from config.cloud import CloudConfig
from config.kolla.hosts import hosts_of
from host_programs.contract.hostctl import SITE_CA
from host_programs.contract.vault_boot import (
    VAULT_CA,
    VAULT_CLIENT_CA,
    VAULT_ROOT_CA,
    VAULT_TLS_CA,
    VAULT_TLS_CERTIFICATE,
)
from ops.certificates.of_kolla import of_kolla
from ops.certificates.wanted import UP, Wanted

_LISTENER = "vault's listener"
_DASHBOARD_PORT = 8443
_HTTPS = 443


def plan(cloud: CloudConfig) -> list[Wanted]:
    """What the table has to list, in the order in which files are taken."""
    return [*of_kolla(cloud), *_vault(cloud), *_ceph(cloud), *_registry(cloud), *_site(cloud)]


def _vault(cloud: CloudConfig) -> Iterator[Wanted]:
    vault = cloud.vault
    if vault is None:
        return
    nodes = vault.hosts(cloud)
    hosts = tuple(nodes)
    by_hand, closed = (
        "the operator: a new `vault.tls.{}`, " + UP,
        "nobody reads a secret or gets a certificate",
    )
    yield Wanted(_LISTENER, hosts, VAULT_TLS_CERTIFICATE, by_hand.format("certificate"), closed)
    yield Wanted("CA of the vault's listener", hosts, VAULT_TLS_CA, by_hand.format("ca"), closed)
    for name, host in nodes.items():
        address = f"{host.addresses['management']}:{vault.port}"
        renewed_by = by_hand.format("certificate")
        yield Wanted(f"{_LISTENER}, as served", (name,), address, renewed_by, closed, like=_LISTENER)
    if vault.contents is None:
        return
    first, founder = next(iter(nodes.items()))
    api = f"https://{founder.addresses['management']}:{vault.port}/v1"
    no_leaf = "the vault's PKI issues nothing, and what it issued is refused"
    for mount, purpose in ((VAULT_ROOT_CA, "vault's root CA"), (VAULT_CA, "vault's issuing CA")):
        yield Wanted(purpose, (first,), f"{api}/{mount}/ca/pem", "the operator (docs/vault.md)", no_leaf)
    if vault.contents.clients:
        place, refused = (
            f"{api}/{VAULT_CLIENT_CA}/ca/pem",
            "APIs that ask for client certificates refuse everybody",
        )
        yield Wanted("CA of operators", (first,), place, "the operator (docs/edge-tls.md)", refused)
    yield Wanted(
        "certificates from the vault's PKI",
        (),
        "wherever the services that asked for them keep them",
        f"who asked for them, within {vault.contents.leaf_hours} hours",
        "that service is refused",
        unread="the vault keeps no list of them that the program may read",
    )


def _ceph(cloud: CloudConfig) -> Iterator[Wanted]:
    ceph = cloud.ceph
    if ceph is None or ceph.mode == "external":
        return
    if ceph.dashboard:
        for name in placement(cloud, ceph).mons:
            yield Wanted(
                "Ceph's dashboard",
                (name,),
                f"{cloud.hosts[name].addresses['management']}:{_DASHBOARD_PORT}",
                "the operator (`ceph dashboard set-ssl-certificate`)",
                "browsers warn before the page",
                expected=False,  # of the managers, only the active one has it
            )
    if ceph.mode == "cephadm":
        yield Wanted(
            "cephadm's own CA and what it issues",
            (),
            "in the monitors' store",
            "cephadm",
            "its managers cannot reach its agents and exporters; storage keeps running",
            unread="it is no file: only Ceph's own commands read it",
        )


def _registry(cloud: CloudConfig) -> Iterator[Wanted]:
    images = cloud.kolla.images if cloud.kolla else None
    if images is None or images.registry is None or images.insecure:
        return
    name, _, port = images.registry.partition(":")
    pulls = "no host pulls an image: a host or a container that is lost stays away, upgrades fail"
    folder = f"/etc/docker/certs.d/{images.registry}"
    hosts = hosts_of(cloud, "common")
    yield Wanted("CA of the registry", hosts, f"{folder}/*.crt", "the operator", pulls, expected=False)
    yield Wanted("login at the registry", hosts, f"{folder}/*.cert", "the operator", pulls, expected=False)
    proxy = cloud.packages.proxy
    yield Wanted(
        "registry, as served",
        () if proxy else hosts[:1],
        f"{name}:{port or _HTTPS}",
        "whoever runs the registry",
        pulls,
        unread="hosts reach it through a proxy (`packages.proxy`)" if proxy else "",
    )


def _site(cloud: CloudConfig) -> Iterator[Wanted]:
    if cloud.packages.ca_bundle:
        yield Wanted(
            "the site's CAs",
            tuple(cloud.active()),
            SITE_CA,
            f"the operator: a new `packages.caBundle`, {UP}",
            "hosts refuse the site's mirrors and registries: no packages, no images",
        )
