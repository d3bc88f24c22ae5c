"""What edge-tls needs on the deploy host to ask a vault, and to ask an ACME server."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from components.edge_tls.account import lego_key
from components.vault_secrets import server
from config.cloud import CloudConfig
from config.kolla import KollaSettings
from config.kolla.acme import asked_by_edge
from config.kolla.edge import Issuer, Side
from host_programs.contract.edge_tls import EDGE_TLS_FOLDER, EdgeAcme, EdgeVault

SYSTEM_CAS = "/etc/ssl/certs/ca-certificates.crt"
"""What a host trusts."""


@dataclass(frozen=True)
class _Given:
    trusted: str
    """File of the CAs that clients of its certificates trust."""
    files: Mapping[str, str]
    """Texts by path."""
    secrets: Mapping[str, str] = field(repr=False)
    packages: tuple[str, ...] = ()


@dataclass(frozen=True)
class FromVault(_Given):
    """The vault's part."""

    settings: EdgeVault = field(kw_only=True)


@dataclass(frozen=True)
class FromAcme(_Given):
    """The ACME server's part."""

    settings: EdgeAcme = field(kw_only=True)


def from_vault(cloud: CloudConfig, kolla: KollaSettings, issuers: Mapping[Side, Issuer]) -> FromVault | None:
    """None: it issues nothing; errors as `plan_edge`."""
    if "vault" not in issuers.values():
        return None
    vault, renewal, ca = cloud.vault, kolla.tls.renewal, kolla.tls.ca
    if vault is None or renewal is None or ca is None:
        raise ValueError(
            "cloud:kolla.tls: certificates from the vault need `renewal`, `ca` and `cloud:vault` (add them)"
        )
    trusted, node_ca, login = (
        f"{EDGE_TLS_FOLDER}/{name}" for name in ("ca.pem", "vault-ca.pem", "login.json")
    )
    return FromVault(
        trusted,
        {trusted: ca.read_text(encoding="utf-8"), node_ca: vault.tls.ca.read_text(encoding="utf-8")},
        {login: renewal.login.read("kolla.tls.renewal.login")},
        settings={
            "nodes": [server.url(cloud, vault, node) for node in vault.hosts(cloud)],
            "ca": node_ca,
            "login": login,
            "role": renewal.service,
        },
    )


def from_acme(kolla: KollaSettings) -> FromAcme | None:
    """None: edge-tls asks none; errors as `plan_edge`."""
    acme = kolla.tls.acme
    if acme is None or acme.account_key is None or not asked_by_edge(kolla.tls):
        return None
    key = lego_key(acme.account_key.read("kolla.tls.acme.accountKey"))
    own_ca, path = f"{EDGE_TLS_FOLDER}/acme-ca.pem", f"{EDGE_TLS_FOLDER}/acme.key"
    return FromAcme(
        own_ca if acme.ca else SYSTEM_CAS,
        {own_ca: acme.ca.read_text(encoding="utf-8")} if acme.ca else {},
        {path: key},
        ("lego", "openssl"),
        settings={
            "directory": acme.external_server or "",
            "ca": own_ca if acme.ca else "",
            "email": acme.email,
            "key": path,
            "client": "/usr/bin/lego",
        },
    )
