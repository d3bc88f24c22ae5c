"""ProxySQL's own TLS, which Kolla-Ansible switches on with the inside's: what it shows to services, and its CA.

Services reach the database by the internal name, so the internal certificate is the one to show, as the test
certificates of `kolla-ansible certificates` do it too. Read in the role loadbalancer of 2024.2 to 2026.1.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from config.kolla.edge import edge_sources
from config.kolla.values import truth
from config.model.errors import Loc, Problem
from config.model.text_source import SecretSource

if TYPE_CHECKING:
    from config.cloud import CloudConfig
    from config.kolla import KollaSettings

_PEM = re.compile(r"-----BEGIN ([A-Z0-9 ]+)-----.+?-----END \1-----", re.DOTALL)
_HERE: Loc = ("kolla", "tls")
_OFF = "set `globals: {database_enable_tls_internal: false}`"
_NEEDS: tuple[Loc, ...] = (("kolla",), ("releases", "openstack"))


def proxysql(cloud: CloudConfig, kolla: KollaSettings) -> bool:
    """Whether ProxySQL is in front of the database."""
    wanted = kolla.database.proxysql
    return cloud.releases.openstack >= "2024.2" if wanted is None else wanted


def shows_certificate(cloud: CloudConfig, kolla: KollaSettings) -> bool:
    """Whether services reach ProxySQL by TLS."""
    if not proxysql(cloud, kolla):
        return False
    release = cloud.releases.openstack
    follows = release >= "2024.2" and (kolla.tls.internal if release >= "2025.1" else kolla.tls.backend)
    return truth(kolla.globals.get("database_enable_tls_internal", follows))


def copied(cloud: CloudConfig, kolla: KollaSettings) -> bool:
    """Whether Kolla-Ansible takes the certificate from the deploy host, whoever manages the load balancer's."""
    brought = kolla.tls.source == "external" and cloud.releases.openstack >= "2025.2"
    return shows_certificate(cloud, kolla) and not brought


def reads_root(cloud: CloudConfig, kolla: KollaSettings) -> bool:
    """Whether its container wants `ca/root.crt`, which is there only with the CAs that all containers get."""
    own_file = cloud.releases.openstack >= "2026.1" and kolla.tls.source != "external"
    return shows_certificate(cloud, kolla) and not own_file


def certificate_source(kolla: KollaSettings) -> tuple[SecretSource | None, str]:
    """The PEM that ProxySQL shows, and the field that it is from."""
    tls = kolla.tls
    candidates = (
        (tls.database_certificate, "databaseCertificate"),
        (tls.internal_certificate, "internalCertificate"),
        (tls.external_certificate, "externalCertificate"),
    )
    return next((found for found in candidates if found[0] is not None), (None, "databaseCertificate"))


def parted(pem: str) -> tuple[str, str, str]:
    """Certificate with its chain, private key, and the CA: the chain alone, or a certificate that has none."""
    blocks = [(found.group(1), f"{found.group(0)}\n") for found in _PEM.finditer(pem)]
    chain = [text for kind, text in blocks if kind == "CERTIFICATE"]
    key = "".join(text for kind, text in blocks if kind.endswith("PRIVATE KEY"))
    return "".join(chain), key, "".join(chain[1:] or chain)


def proxysql_problems(cloud: CloudConfig, kolla: KollaSettings) -> Iterator[Problem]:
    """What `kolla-ansible deploy` would stop at, or ProxySQL's container at its start."""
    tls = kolla.tls
    issued_to_haproxy = tls.source == "acme" and tls.acme is not None and bool(tls.acme.internal_server)
    elsewhere = issued_to_haproxy or tls.source == "external" or "internal" in edge_sources(tls)
    if elsewhere and certificate_source(kolla)[0] is None and copied(cloud, kolla):
        reason = "is missing: ProxySQL shows a certificate of the internal name, and only HAProxy gets one"
        fix = f"name the PEM file, or {_OFF}"
        yield Problem((*_HERE, "databaseCertificate"), reason, fix, needs=_NEEDS)
    if tls.backend and tls.ca is None and cloud.releases.openstack >= "2024.2" and proxysql(cloud, kolla):
        reason = "is missing: with `tls.backend` on, ProxySQL reads from it who signed MariaDB's certificate"
        yield Problem(
            (*_HERE, "ca"), reason, "name the PEM file of the CA of `backendCertificate`", needs=_NEEDS
        )
    if tls.source == "external" and tls.ca is None and reads_root(cloud, kolla):
        reason = "is missing: ProxySQL's container reads who signed its certificate from it"
        yield Problem((*_HERE, "ca"), reason, f"name the PEM file of the CA, or {_OFF}", needs=_NEEDS)
