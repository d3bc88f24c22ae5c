"""The files by which the load balancers judge clients' certificates. Pure, but for reading them."""

from __future__ import annotations

from components.vault_secrets import server
from config.cloud import CloudConfig
from config.kolla.clients import CA, CRL, Clients, with_list
from host_programs.contract.edge_tls import EDGE_TLS_FOLDER, EdgeEngine, EdgeTrusted
from host_programs.contract.vault_boot import VAULT_CLIENT_CA

_KEPT_CA, _KEPT_CRL = f"{EDGE_TLS_FOLDER}/clients-ca.pem", f"{EDGE_TLS_FOLDER}/clients-crl.pem"
_NODE_CA = f"{EDGE_TLS_FOLDER}/vault-ca.pem"


def trusted(cloud: CloudConfig, clients: Clients | None) -> list[EdgeTrusted]:
    """What edge-tls brings to the load balancers; none: they ask nobody."""
    if clients is None:
        return []
    source = None if clients.ca else _engine(cloud)
    ca: EdgeTrusted = {"name": "client CA", "kind": "ca-file", "source": source, "kept": _KEPT_CA, "file": CA}
    crl: EdgeTrusted = {**ca, "name": "client CRL", "kind": "crl-file", "kept": _KEPT_CRL, "file": CRL}
    return [ca, *([crl] if with_list(clients) else [])]


def trusted_files(cloud: CloudConfig, clients: Clients) -> dict[str, str]:
    """Texts by path on the deploy host.

    Raises:
        OSError: a file cannot be read.
    """
    if clients.ca:
        given = {_KEPT_CA: clients.ca, _KEPT_CRL: clients.crl}
    else:
        given = {_NODE_CA: cloud.vault.tls.ca if cloud.vault else None}
    return {path: file.read_text(encoding="utf-8") for path, file in given.items() if file}


def _engine(cloud: CloudConfig) -> EdgeEngine | None:
    vault = cloud.vault
    if vault is None:
        return None
    nodes = [server.url(cloud, vault, node) for node in vault.hosts(cloud)]
    return {"nodes": nodes, "ca": _NODE_CA, "engine": VAULT_CLIENT_CA}
