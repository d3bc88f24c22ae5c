"""The files by which the load balancers judge clients' certificates. Pure, but for reading them."""

from __future__ import annotations

from config.kolla.clients import CA, CRL, Clients
from host_programs.contract.edge_tls import EDGE_TLS_FOLDER, EdgeTrusted

_KEPT_CA, _KEPT_CRL = f"{EDGE_TLS_FOLDER}/clients-ca.pem", f"{EDGE_TLS_FOLDER}/clients-crl.pem"


def trusted(clients: Clients | None) -> list[EdgeTrusted]:
    """What edge-tls brings to the load balancers; none: they ask nobody."""
    if clients is None:
        return []
    ca: EdgeTrusted = {"name": "client CA", "kind": "ca-file", "kept": _KEPT_CA, "file": CA}
    crl: EdgeTrusted = {"name": "client CRL", "kind": "crl-file", "kept": _KEPT_CRL, "file": CRL}
    return [ca, *([crl] if clients.crl else [])]


def trusted_files(clients: Clients) -> dict[str, str]:
    """Texts by path on the deploy host.

    Raises:
        OSError: a file cannot be read.
    """
    given = {_KEPT_CA: clients.ca, _KEPT_CRL: clients.crl}
    return {path: file.read_text(encoding="utf-8") for path, file in given.items() if file}
