"""A vault's PKI as the issuer of the load balancers' certificates."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from host_programs.contract.edge_tls import EdgeVault
from tests.loopback.load_balancers import NAME
from tests.loopback.vaults import OneVault

POLICY = '{"path": {"pki/issue/edge": {"capabilities": ["update"]}}}'


@dataclass
class VaultPki:
    """A root, a CA that issues, and a role that may have certificates."""

    one: OneVault
    names: list[str] = field(default_factory=lambda: [NAME, "127.0.0.1"])
    plain: str = ""
    login: str = ""

    def vault(self) -> EdgeVault:
        """The vault's first node is not there."""
        nodes = ["https://127.0.0.1:1", self.one.url]
        return {"nodes": nodes, "ca": self.one.ca, "login": self.login, "role": "edge"}

    def acme(self) -> None:
        return None

    def begin(self, folder: Path) -> str:
        self.login = str(folder / "login.json")

        def put(path: str, body: dict[str, Any]) -> Any:
            return (self.one.api().put(path, body, self.one.token) or {}).get("data")

        for mount in ("pki-root", "pki"):
            put(f"sys/mounts/{mount}", {"type": "pki", "config": {"max_lease_ttl": "8760h"}})
        about = {"key_type": "ec", "ttl": "8000h"}
        root = put("pki-root/root/generate/internal", {"common_name": "root", **about})
        asked = put("pki/intermediate/generate/internal", {"common_name": "ca", **about})
        signed = put("pki-root/root/sign-intermediate", {"csr": asked["csr"], "ttl": "7000h"})
        put("pki/intermediate/set-signed", {"certificate": signed["certificate"]})
        allowed = {"allowed_domains": "cloud.test", "allow_subdomains": True, "key_type": "ec"}
        put("pki/roles/edge", {**allowed, "ttl": "72h"})
        put("sys/policies/acl/edge", {"policy": POLICY})
        put("sys/auth/approle", {"type": "approle"})
        put("auth/approle/role/edge", {"token_policies": "edge", "token_ttl": 600})
        role = self.one.api().get("auth/approle/role/edge/role-id", self.one.token)["data"]
        login = {
            "role_id": role["role_id"],
            "secret_id": put("auth/approle/role/edge/secret-id", {})["secret_id"],
        }
        (folder / "login.json").write_text(json.dumps(login))
        return f"{root['certificate']}\n"
