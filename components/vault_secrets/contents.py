"""What is declared in the vault, as a list of objects that refer to each other. Pure.

Audit devices are not among them: the server's own file has them, so that they stand before the first request.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from components.vault_secrets import server
from config.cloud import CloudConfig
from config.model.types import Cidr
from config.vault.contents import OF_OPERATORS, Contents, OperatorCertificates, ServiceClass
from host_programs.contract.vault_boot import (
    VAULT_CA,
    VAULT_CLIENT_CA,
    VAULT_KV,
    VAULT_ROOT_CA,
)

APPROLE = "approle"
"""Where vault-boot has mounted the login method."""
TOKEN_SECONDS, LONGEST_TOKEN_SECONDS = 3600, 4 * 3600
SECRET_ID_SECONDS = 600
"""From its making to its use, which is one."""
_DAY = 86400
_CRL = {"expiry": "72h", "auto_rebuild_grace_period": "12h"}
_CLIENT_CRL = {"expiry": "168h", "auto_rebuild_grace_period": "96h"}
"""A list that has ended refuses everybody: the vault may be away for four days."""
_EVERYBODY = {
    "auth/token/lookup-self": ["read"],
    "auth/token/renew-self": ["update"],
    "auth/token/revoke-self": ["update"],
}


@dataclass(frozen=True)
class Ref:
    """A property of another object; of a list, one element."""

    name: str
    property: str
    index: int | None = None


@dataclass(frozen=True)
class Wanted:
    """One object.

    Attributes:
        kind: A key of `components.vault_secrets.declared.KINDS`.
        name: Unique in the plan; the resource's name without the component's.
        values: Arguments of its resource.
        after: Objects that have to be there before, besides those that the values refer to.
        protected: What would be lost with it does not come back.
    """

    kind: str
    name: str
    values: Mapping[str, Any]
    after: tuple[str, ...] = ()
    protected: bool = False


@dataclass(frozen=True)
class ContentsPlan:
    """The objects in the order in which they can be made, and where the vault is reached."""

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
        *_authorities(cloud.name, vault.contents, urls),
        *(_clients(cloud, vault.contents.clients, urls) if vault.contents.clients else ()),
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


def _authorities(cloud: str, contents: Contents, urls: list[str]) -> Iterator[Wanted]:
    """Root and intermediate, each in an engine of its own; URLs, CRL and tidying stand before they sign."""
    root, signing = Ref("root", "path"), Ref("ca", "path")
    yield from _engine("root", VAULT_ROOT_CA, "Root CA", contents.root_days, urls)
    yield _self_signed("root", cloud, f"{cloud} root CA", contents.root_days, below=1)
    yield from _engine("ca", VAULT_CA, "CA that issues", contents.intermediate_days, urls)
    common = {"common_name": f"{cloud} CA", "exclude_cn_from_sans": True, "organization": cloud}
    yield Wanted(
        "request",
        "ca-request",
        {"backend": signing, "type": "internal", "key_type": "ec", "key_bits": 256, **common},
        protected=True,
    )
    # Its successor does not revoke it: what it has signed is valid until the last leaf is new.
    yield Wanted(
        "signature",
        "ca-signature",
        {
            "backend": root,
            "issuer_ref": Ref("root-certificate", "issuer_id"),
            "csr": Ref("ca-request", "csr"),
            "max_path_length": 0,
            "ttl": f"{contents.intermediate_days * 24}h",
            **common,
        },
    )
    yield Wanted(
        "installed",
        "ca-certificate",
        {"backend": signing, "certificate": Ref("ca-signature", "certificate_bundle")},
        ("ca-urls", "ca-crl"),
    )
    # Its successor becomes the default before it goes: `pki/ca` and `pki/crl` are always there.
    yield Wanted(
        "issuers", "ca-issuers", {"backend": signing, "default": Ref("ca-certificate", "imported_issuers", 0)}
    )


def _self_signed(engine: str, cloud: str, name: str, days: int, below: int) -> Wanted:
    """A CA under nobody; `below`: how many levels of CAs there may be under it."""
    about = {"common_name": name, "exclude_cn_from_sans": True, "organization": cloud}
    values = {
        "backend": Ref(engine, "path"),
        "type": "internal",
        "key_type": "ec",
        "key_bits": 384,
        "max_path_length": below,
        "ttl": f"{days * 24}h",
        **about,
    }
    return Wanted(
        "root", f"{engine}-certificate", values, (f"{engine}-urls", f"{engine}-crl"), protected=True
    )


def _clients(cloud: CloudConfig, given: OperatorCertificates, urls: list[str]) -> Iterator[Wanted]:
    """Under a root of its own: who trusts the cloud's root would take any certificate below it for a client's."""
    name = "clients"
    yield from _engine(name, VAULT_CLIENT_CA, "CA of operators", given.ca_days, urls, _CLIENT_CRL)
    yield _self_signed(name, cloud.name, f"{cloud.name} operators CA", given.ca_days, below=0)
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
        # What is revoked is in the list once that is made anew.
        f"{VAULT_CLIENT_CA}/crl/rotate": ["read"],
    }
    policy_text = _policy({**_EVERYBODY, **may})
    yield from _login(cloud, OF_OPERATORS, policy_text, given.allowed_from, unattended=False)


def _engine(
    name: str, path: str, words: str, days: int, urls: list[str], lists: Mapping[str, str] = _CRL
) -> Iterator[Wanted]:
    backend = Ref(name, "path")
    mount = {"path": path, "type": "pki", "description": words, "max_lease_ttl_seconds": days * _DAY}
    yield Wanted("mount", name, mount, protected=True)
    places = {
        "issuing_certificates": [f"{url}/v1/{path}/ca" for url in urls],
        "crl_distribution_points": [f"{url}/v1/{path}/crl" for url in urls],
    }
    yield Wanted("urls", f"{name}-urls", {"backend": backend, **places})
    yield Wanted("crl", f"{name}-crl", {"backend": backend, "auto_rebuild": True, **lists})
    tidy = {"enabled": True, "interval_duration": "12h", "safety_buffer": "72h"}
    what = {"tidy_cert_store": True, "tidy_revoked_certs": True}
    yield Wanted("tidy", f"{name}-tidy", {"backend": backend, **tidy, **what})


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
                "key_type": "ec",
                "key_bits": 256,
                "server_flag": True,
                "client_flag": service.client_certificates,
                "ttl": lifetime,
                "max_ttl": lifetime,
            },
            ("ca-urls", "ca-crl"),
        )
    yield from _login(cloud, name, policy(name, service), service.allowed_from, unattended=service.unattended)


def _login(
    cloud: CloudConfig, name: str, policy_text: str, allowed_from: Sequence[Cidr], *, unattended: bool
) -> Iterator[Wanted]:
    yield Wanted("policy", f"{name}-policy", {"name": name, "policy": policy_text})
    subnets = allowed_from or (cloud.networks.management.cidr,)
    cidrs = sorted(str(subnet) for subnet in subnets)
    yield Wanted(
        "login",
        f"{name}-login",
        {
            "backend": APPROLE,
            "role_name": name,
            "token_policies": [Ref(f"{name}-policy", "name")],
            "token_no_default_policy": True,
            "token_ttl": TOKEN_SECONDS,
            "token_max_ttl": LONGEST_TOKEN_SECONDS,
            "token_bound_cidrs": cidrs,
            "secret_id_num_uses": 0 if unattended else 1,
            "secret_id_ttl": 0 if unattended else SECRET_ID_SECONDS,
            "secret_id_bound_cidrs": cidrs,
        },
    )


def policy(name: str, service: ServiceClass) -> str:
    """What a class of services may: every path by its whole name."""
    paths: dict[str, list[str]] = dict(_EVERYBODY)
    if service.domains:
        paths[f"{VAULT_CA}/issue/{name}"] = ["update"]
    paths |= {f"{VAULT_KV}/data/{secret}": ["read"] for secret in service.secrets}
    return _policy(paths)


def _policy(paths: Mapping[str, list[str]]) -> str:
    return json.dumps({"path": {path: {"capabilities": may} for path, may in paths.items()}}, indent=2) + "\n"
