"""The cloud's own PKI in the vault: a root, the CA under it that issues, and what every CA has. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from components.vault_secrets.wanted import Ref, Wanted
from config.vault.contents import Contents
from host_programs.contract.vault_boot import VAULT_CA, VAULT_ROOT_CA

_DAY = 86400
_CRL = {"expiry": "72h", "auto_rebuild_grace_period": "12h"}


def authorities(cloud: str, contents: Contents, urls: list[str]) -> Iterator[Wanted]:
    """Root and intermediate, each in its own engine; URLs, CRL and tidying are configured before they sign."""
    root, signing = Ref("root", "path"), Ref("ca", "path")
    yield from engine("root", VAULT_ROOT_CA, "Root CA", contents.root_days, urls)
    yield self_signed("root", cloud, f"{cloud} root CA", contents.root_days, below=1)
    yield from engine("ca", VAULT_CA, "CA that issues", contents.intermediate_days, urls)
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


def self_signed(mount: str, cloud: str, name: str, days: int, below: int) -> Wanted:
    """A CA under no other; `below`: how many levels of CAs there may be under it."""
    about = {"common_name": name, "exclude_cn_from_sans": True, "organization": cloud}
    values = {
        "backend": Ref(mount, "path"),
        "type": "internal",
        "key_type": "ec",
        "key_bits": 384,
        "max_path_length": below,
        "ttl": f"{days * 24}h",
        **about,
    }
    return Wanted("root", f"{mount}-certificate", values, (f"{mount}-urls", f"{mount}-crl"), protected=True)


def engine(
    name: str, path: str, words: str, days: int, urls: list[str], lists: Mapping[str, str] = _CRL
) -> Iterator[Wanted]:
    """A mount for one CA, where its certificate and CRL can be had, and its housekeeping."""
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
