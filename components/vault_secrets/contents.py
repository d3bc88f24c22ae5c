"""What is declared in the vault, as a list of objects that refer to each other. Pure.

Audit devices are not among them: the server's own file has them, so that they are there before the first request.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from components.vault_secrets import server
from components.vault_secrets.authorities import authorities
from components.vault_secrets.logins import login
from components.vault_secrets.operators_ca import operators_ca
from components.vault_secrets.wanted import Ref, Wanted
from config.cloud import CloudConfig
from config.vault.contents import ServiceClass
from host_programs.contract.vault_boot import VAULT_CA, VAULT_KV


@dataclass(frozen=True)
class ContentsPlan:
    """The objects in the order in which they can be created, and where the vault is reached."""

    address: str
    ca: str
    """File of the CA of its certificate, on the operator's machine."""
    wanted: tuple[Wanted, ...]


def plan_contents(cloud: CloudConfig) -> ContentsPlan | None:
    """The plan; None: the stack file declares nothing in a vault."""
    vault = cloud.vault
    if vault is None or vault.contents is None:
        return None
    urls = [server.url(cloud, vault, name) for name in vault.hosts(cloud)]
    wanted = (
        *authorities(cloud.name, vault.contents, urls),
        *(operators_ca(cloud, vault.contents.clients, urls) if vault.contents.clients else ()),
        Wanted(
            "mount",
            "kv",
            {
                "path": VAULT_KV,
                "type": "kv",
                "options": {"version": "2"},
                "description": "Secrets of the cloud",
            },
            protected=True,
        ),
        *(
            item
            for name, service in vault.contents.services.items()
            for item in _service(cloud, name, service)
        ),
    )
    return ContentsPlan(urls[0], str(vault.tls.ca), wanted)


def _service(cloud: CloudConfig, name: str, service: ServiceClass) -> Iterator[Wanted]:
    """A policy that names each path, a login with it, and what may be issued."""
    if service.domains:
        contents = cloud.vault.contents if cloud.vault else None
        lifetime = f"{contents.leaf_hours}h" if contents else ""
        yield Wanted(
            "certificates",
            f"{name}-certificates",
            {
                "backend": Ref("ca", "path"),
                "name": name,
                "issuer_ref": Ref("ca-certificate", "imported_issuers", 0),
                "allowed_domains": list(service.domains),
                "allow_bare_domains": True,
                "allow_subdomains": True,
                "allow_wildcard_certificates": False,
                "allow_localhost": False,
                # A cloud without names has certificates for its addresses alone.
                "require_cn": False,
                "key_type": "ec",
                "key_bits": 256,
                "server_flag": True,
                "client_flag": service.client_certificates,
                "ttl": lifetime,
                "max_ttl": lifetime,
            },
            ("ca-urls", "ca-crl"),
        )
    yield from login(cloud, name, _paths(name, service), service.allowed_from, unattended=service.unattended)


def _paths(name: str, service: ServiceClass) -> dict[str, list[str]]:
    """What a class of services may do: every path in full, no wildcard."""
    issue = {f"{VAULT_CA}/issue/{name}": ["update"]} if service.domains else {}
    return issue | {f"{VAULT_KV}/data/{secret}": ["read"] for secret in service.secrets}
