"""edge-tls, on the deploy host: paths and settings."""

from __future__ import annotations

from typing import List, TypedDict

EDGE_TLS = "/usr/local/sbin/edge-tls"
EDGE_TLS_FOLDER = "/etc/edge-tls"
"""settings.json; login.json, root's alone: `role_id` and `secret_id` at the vault."""


class EdgeCertificate(TypedDict):
    """A certificate that is kept valid."""

    name: str
    names: List[str]
    """DNS names and addresses that it is for; the first one is its common name."""
    kept: str
    """Its file on the deploy host: certificate, chain, key. Kolla-Ansible copies it from there."""
    files: List[str]
    """Its files on each host with a load balancer."""
    loaded: str
    """The name of the file in HAProxy's own configuration."""


class EdgeSettings(TypedDict):
    """What edge-tls works from; no secret."""

    vault: List[str]
    """URLs of the vault's nodes, in the order in which they are asked."""
    vault_ca: str
    """File of the CA of the nodes' own certificates."""
    login: str
    """File with `role_id` and `secret_id`."""
    role: str
    """Of the PKI that issues: what it may issue, and for how long."""
    ca: str
    """File of the CAs that clients of the load balancer trust."""
    certificates: List[EdgeCertificate]
    hosts: List[str]
    """Hosts with a load balancer, by the names that `reach` takes."""
    reach: List[str]
    """Command to which a host and a shell command are added."""
    become: str
    """What makes such a shell command root's; empty: it is."""
    socket: str
    """HAProxy's admin socket on such a host."""
