"""edge-tls, on the deploy host: paths and settings."""

from __future__ import annotations

from typing import List, Literal, Optional, TypedDict

EDGE_TLS = "/usr/local/sbin/edge-tls"
EDGE_TLS_FOLDER = "/etc/edge-tls"
"""settings.json; root's alone: login.json (`role_id` and `secret_id` at the vault), acme.key (of the account)."""


class EdgeCertificate(TypedDict):
    """A certificate that is kept valid."""

    name: str
    source: Literal["vault", "acme"]
    """Who issues it: the field of EdgeSettings."""
    names: List[str]
    """DNS names and addresses that it is for; the first one is its common name."""
    ca: str
    """File of the CAs that its clients trust."""
    kept: str
    """Its file on the deploy host: certificate, chain, key. Kolla-Ansible copies it from there."""
    files: List[str]
    """Its files on each host with a load balancer."""
    loaded: str
    """The name of the file in HAProxy's own configuration."""


class EdgeEngine(TypedDict):
    """A PKI engine of the cloud's vault, which serves its CA and its CRL to everybody."""

    nodes: List[str]
    """URLs of the vault's nodes, in the order in which they are asked."""
    ca: str
    """File of the CA of the nodes' own certificates."""
    engine: str


class EdgeTrusted(TypedDict):
    """A file of CAs or of CRLs by which the load balancers judge clients' certificates."""

    name: str
    kind: Literal["ca-file", "crl-file"]
    """As HAProxy's socket calls it."""
    source: Optional[EdgeEngine]
    """Where it comes from; none: `pulumi up` writes it."""
    kept: str
    """Its file on the deploy host."""
    file: str
    """Its file on each host with a load balancer; HAProxy's configuration has the same name for it."""


class EdgeVault(TypedDict):
    """The PKI of the cloud's vault."""

    nodes: List[str]
    """URLs of the vault's nodes, in the order in which they are asked."""
    ca: str
    """File of the CA of the nodes' own certificates."""
    login: str
    """File with `role_id` and `secret_id`."""
    role: str
    """Of the PKI that issues: what it may issue, and for how long."""


class EdgeAcme(TypedDict):
    """An ACME server, whose questions the load balancers answer by themselves: they know the account's thumbprint."""

    directory: str
    """Its URL."""
    ca: str
    """File of the CAs of the server's own certificate; empty: those that the host trusts."""
    email: str
    key: str
    """File of the account's key."""
    client: str
    """The program that asks: lego."""


class EdgeSettings(TypedDict):
    """What edge-tls works from; no secret."""

    vault: Optional[EdgeVault]
    acme: Optional[EdgeAcme]
    certificates: List[EdgeCertificate]
    trusted: List[EdgeTrusted]
    hosts: List[str]
    """Hosts with a load balancer, by the names that `reach` takes."""
    reach: List[str]
    """Command to which a host and a shell command are added."""
    become: str
    """What makes such a shell command root's; empty: it is."""
    socket: str
    """HAProxy's admin socket on such a host."""
