"""Encryption of the APIs and of what lies behind them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar, Literal

from config.kolla.acme import THUMBPRINT, Acme, acme_problems, answering, asked_by_edge
from config.kolla.clients import VOLUMES, Clients
from config.kolla.edge import Renewal, edge_sources, renewal_problems
from config.kolla.endpoints import same_vip
from config.kolla.proxysql_tls import proxysql_problems, reads_root
from config.kolla.service import Part, Row
from config.kolla.values import UnknownValueError, Values
from config.model.errors import Loc, Problem
from config.model.text_source import SecretSource
from config.model.types import LocalPath

if TYPE_CHECKING:
    from config.cloud import CloudConfig
    from config.kolla import KollaSettings

CA_ON_DEPLOY_HOST = "/etc/kolla-deploy/certificates/ca/root.crt"
"""The CA of `kolla.tls.ca` on the deploy host, under the one name that ProxySQL's container looks for."""

_HERE: Loc = ("kolla", "tls")
_NETWORKS: tuple[Loc, ...] = (("networks",),)


class Tls(Part):
    """Switches and certificates. The defaults encrypt what users and operators reach."""

    heading: ClassVar[str] = "TLS"

    external: bool = True
    """APIs on the external VIP answer over https."""
    internal: bool = True
    """APIs on the internal VIP answer over https."""
    backend: bool = False
    """Services behind the load balancer answer over https too; needs `backendCertificate` and `backendKey`."""
    queues: bool = False
    """RabbitMQ's clients use TLS; needs `queueCertificate` (with the hosts' API addresses) and `queueKey`."""
    source: Literal["files", "external", "acme", "vault"] = "files"
    """Where certificates come from: the fields below, something else that puts them on the hosts, ACME, the own vault."""
    external_certificate: SecretSource | None = None
    """PEM of the external name: certificate, chain, private key."""
    internal_certificate: SecretSource | None = None
    """The same for the internal name; none: `externalCertificate` holds both names."""
    backend_certificate: LocalPath | None = None
    """PEM file with the certificate and chain of the services behind the load balancer."""
    backend_key: SecretSource | None = None
    """Private key of `backendCertificate`."""
    database_certificate: SecretSource | None = None
    """PEM that ProxySQL shows to services: certificate of the internal name, chain, private key; none: the internal one."""
    queue_certificate: LocalPath | None = None
    """PEM file with the certificate and chain of RabbitMQ."""
    queue_key: SecretSource | None = None
    """Private key of `queueCertificate`."""
    ca: LocalPath | None = None
    """PEM file of the CA behind these certificates, if clients do not know it: it goes into every container."""
    renewal: Renewal | None = None
    """Who asks the vault: for `source: vault`, and for the inside where edge-tls asks an ACME server for the outside."""
    acme: Acme | None = None
    """Account and servers, for `source: acme`."""
    clients: Clients | None = None
    """APIs that ask clients outside for a certificate (mTLS); none: no API does."""

    def rows(self, cloud: CloudConfig, kolla: KollaSettings) -> Iterator[Row]:
        """Switches, and where containers find the CA."""
        later = cloud.releases.openstack >= "2025.1"
        yield "kolla_enable_tls_external", self.external, "kolla.tls.external"
        yield "kolla_enable_tls_internal", self.internal, "kolla.tls.internal"
        yield "kolla_enable_tls_backend", self.backend, "kolla.tls.backend"
        yield "rabbitmq_enable_tls", self.queues, "kolla.tls.queues"
        yield "kolla_externally_managed_cert", self.source == "external" or None, "kolla.tls.source"
        copies = bool(self.ca) or reads_root(cloud, kolla)
        yield "kolla_copy_ca_into_containers", copies or None, "kolla.tls.ca"
        debian = (kolla.images.base_distro or cloud.releases.host_os).startswith(("debian", "ubuntu"))
        # Without `ca`, the site may still name what its own images have.
        bundle = "/etc/ssl/certs/ca-certificates.crt" if debian else "/etc/pki/tls/certs/ca-bundle.crt"
        if self.ca:
            yield "openstack_cacert", bundle, "kolla.tls.ca"
            yield "kolla_admin_openrc_cacert", CA_ON_DEPLOY_HOST, "kolla.tls.ca"
        # Certificates and CRLs are given to the running load balancer by its socket.
        by_socket = bool(edge_sources(self) or self.clients)
        yield "haproxy_socket_level_admin", by_socket or None, "kolla.tls.source"
        if self.clients:
            yield "haproxy_extra_volumes", VOLUMES, "kolla.tls.clients"
        asks = asked_by_edge(self)
        if asks:
            yield "haproxy_frontend_redirect_extra", [answering(THUMBPRINT)], "kolla.tls.acme.accountKey"
        acme = self.acme if self.source == "acme" and not asks else None
        yield "enable_letsencrypt", acme is not None or None, "kolla.tls.source"
        yield "letsencrypt_email", acme.email if acme else None, "kolla.tls.acme.email"
        outside = "letsencrypt_external_cert_server" if later else "letsencrypt_cert_server"
        yield outside, (acme.external_server or "") if acme else None, "kolla.tls.acme.externalServer"
        if later:
            inside = (acme.internal_server or "") if acme else None
            yield "letsencrypt_internal_cert_server", inside, "kolla.tls.acme.internalServer"

    def in_clear(self, known: Values) -> Iterator[tuple[str, str]]:
        """What others on the same network could read, and the fields that say so; `known` are the cloud's options."""
        lines = (
            (self.external, "APIs and dashboard from outside", "kolla.tls.external"),
            (self.internal, "APIs inside the cloud", "kolla.tls.internal"),
            (self.backend, "between the load balancer and the services", "kolla.tls.backend"),
        )
        yield from ((what, field) for on, what, field in lines if not on)
        if said := self._database(known):
            yield "the database", said
        if not self.queues:
            yield "RabbitMQ", "kolla.tls.queues"

    def _database(self, known: Values) -> str:
        """Why it is not encrypted; empty: it is. ProxySQL is where both of its sides have TLS, or none."""
        # Before, Keystone alone has it.
        if not known.knows("nova_database_enable_tls_internal"):
            return "Kolla-Ansible has no TLS there before 2025.2"
        needed = {
            "kolla.tls.internal": "database_enable_tls_internal",
            "kolla.tls.backend": "database_enable_tls_backend",
        }
        lacking = [field for field, option in needed.items() if not _surely(known, option)]
        if lacking and not _surely(known, "enable_proxysql"):
            return "kolla.database.proxysql"
        return ", ".join(lacking)

    def problems(self, cloud: CloudConfig, kolla: KollaSettings) -> Iterator[Problem]:
        """On both sides of one VIP or on none, and a certificate for each side that has it."""
        if self.external != self.internal and same_vip(cloud):
            off = "internal" if self.external else "external"
            reason = "TLS is on for one side only, and both sides have one VIP"
            fix = "switch it on too, or define `cloud:networks.public` with its own VIP"
            yield Problem((*_HERE, off), reason, fix, "false", needs=_NETWORKS)
        if self.backend and not self.internal:
            reason = (
                "encrypts behind the load balancer while passwords cross the internal network unencrypted"
            )
            yield Problem((*_HERE, "internal"), reason, "switch it on too", "false")
        yield from proxysql_problems(cloud, kolla)
        yield from renewal_problems(cloud, kolla)
        if self.source == "files":
            yield from self._files()
        if self.source == "acme":
            yield from acme_problems(cloud, kolla)
        elif self.acme is not None:
            yield Problem(
                (*_HERE, "acme"),
                f"is not used with `source: {self.source}`",
                "set `source: acme`, or remove it",
            )

    def _files(self) -> Iterator[Problem]:
        # Where both sides lack one, the external certificate may serve both: one problem.
        inside = self.internal_certificate or self.external_certificate
        wanted: list[tuple[bool, str, object, str]] = [
            (self.external, "externalCertificate", self.external_certificate, "external"),
            (self.internal and not self.external, "internalCertificate", inside, "internal"),
            *self.pairs(),
        ]
        for on, field, given, switch in wanted:
            if on and given is None:
                reason = f"is missing, and `tls.{switch}` is on"
                fix = "name the PEM file, or say where certificates come from otherwise (`source`)"
                yield Problem((*_HERE, field), reason, fix)

    def pairs(self) -> list[tuple[bool, str, object, str]]:
        """What is never the load balancer's: whether it is wanted, its field, its value, and the switch."""
        return [
            (self.backend, "backendCertificate", self.backend_certificate, "backend"),
            (self.backend, "backendKey", self.backend_key, "backend"),
            (self.queues, "queueCertificate", self.queue_certificate, "queues"),
            (self.queues, "queueKey", self.queue_key, "queues"),
        ]


def _surely(known: Values, option: str) -> bool:
    """Whether an option is on; what only Ansible can tell is not sure."""
    try:
        return known.on(option)
    except UnknownValueError:
        return False
