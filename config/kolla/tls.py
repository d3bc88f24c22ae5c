"""Encryption of the APIs and of what lies behind them."""

from __future__ import annotations

from typing import Literal

from config.base import Section
from config.kolla.secret_text import SecretText
from config.types import LocalPath


class Acme(Section):
    """Kolla-Ansible's own ACME client."""

    email: str
    """Contact of the account."""
    external_server: str | None = "https://acme-v02.api.letsencrypt.org/directory"
    """Directory URL for the external name; none: that certificate comes from `tls`."""
    internal_server: str | None = None
    """Directory URL for the internal name; none: that certificate comes from `tls`."""


class Tls(Section):
    """Switches and certificates. The defaults encrypt what users and operators reach."""

    external: bool = True
    """APIs on the external VIP answer over https."""
    internal: bool = True
    """APIs on the internal VIP answer over https."""
    backend: bool = False
    """Services behind the load balancer answer over https too; needs `backendCertificate` and `backendKey`."""
    queues: bool = False
    """RabbitMQ's clients use TLS; needs `queueCertificate` (with the hosts' API addresses) and `queueKey`."""
    source: Literal["files", "external", "acme"] = "files"
    """Where certificates come from: the fields below, something else that puts them on the hosts, or ACME."""
    external_certificate: SecretText | None = None
    """PEM of the external name: certificate, chain, private key."""
    internal_certificate: SecretText | None = None
    """The same for the internal name; none: `externalCertificate` holds both names."""
    backend_certificate: LocalPath | None = None
    """PEM file with the certificate and chain of the services behind the load balancer."""
    backend_key: SecretText | None = None
    """Private key of `backendCertificate`."""
    queue_certificate: LocalPath | None = None
    """PEM file with the certificate and chain of RabbitMQ."""
    queue_key: SecretText | None = None
    """Private key of `queueCertificate`."""
    ca: LocalPath | None = None
    """PEM file of the CA behind these certificates, if clients do not know it: it goes into every container."""
    acme: Acme | None = None
    """Account and servers, for `source: acme`."""
