"""The CA of operators' client certificates, and the login that has them signed. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from components.vault_secrets.authorities import engine, self_signed
from components.vault_secrets.logins import login
from components.vault_secrets.wanted import Ref, Wanted
from config.cloud import CloudConfig
from config.vault.contents import OF_OPERATORS, OperatorCertificates
from host_programs.contract.vault_boot import VAULT_CLIENT_CA

_CRL = {"expiry": "168h", "auto_rebuild_grace_period": "96h"}
"""An expired list refuses everybody: the vault may be away for four days."""


def operators_ca(cloud: CloudConfig, given: OperatorCertificates, urls: list[str]) -> Iterator[Wanted]:
    """A separate root: whoever trusts the cloud's root would accept any certificate under it as a client's."""
    name = "clients"
    yield from engine(name, VAULT_CLIENT_CA, "CA of operators", given.ca_days, urls, _CRL)
    yield self_signed(name, cloud.name, f"{cloud.name} operators CA", given.ca_days, below=0)
    lifetime = f"{given.hours}h"
    values = {
        "backend": Ref(name, "path"),
        "name": OF_OPERATORS,
        "issuer_ref": Ref(f"{name}-certificate", "issuer_id"),
        "allow_any_name": True,
        "enforce_hostnames": False,
        "allow_ip_sans": False,
        "key_type": "ec",
        "key_bits": 256,
        "server_flag": False,
        "client_flag": True,
        "ttl": lifetime,
        "max_ttl": lifetime,
    }
    yield Wanted("certificates", f"{name}-certificates", values)
    may = {
        f"{VAULT_CLIENT_CA}/sign/{OF_OPERATORS}": ["update"],
        f"{VAULT_CLIENT_CA}/revoke": ["update"],
        # A revoked certificate is in the list once the list is rebuilt.
        f"{VAULT_CLIENT_CA}/crl/rotate": ["read"],
    }
    yield from login(cloud, OF_OPERATORS, may, given.allowed_from, unattended=False)
