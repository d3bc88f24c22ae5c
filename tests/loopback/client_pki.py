"""A vault that issues operators' certificates next to the cloud's own, and a frontend that asks for one."""

from __future__ import annotations

import ssl
from dataclasses import dataclass, field
from http.client import HTTPException, HTTPSConnection
from pathlib import Path
from typing import Any

from components.vault_secrets.contents import plan_contents
from config.kolla.clients import asked
from config.vault.contents import OF_OPERATORS
from host_programs.contract.edge_tls import EdgeEngine, EdgeTrusted
from host_programs.contract.vault_boot import VAULT_CLIENT_CA
from tests.loopback.load_balancers import NAME
from tests.loopback.vault_pki import VaultPki
from tests.loopback.vaults import free_ports
from tests.unit.components.test_vault_plan import with_vault

FILES = ("clients/ca.pem", "clients/crl.pem")
# As Kolla-Ansible's file with our words.
FRONTEND = """\
frontend nova_api_external_front
    bind 127.0.0.1:{port} ssl crt container/haproxy.pem alpn h2,http/1.1 {asked}
    http-request return status 200 content-type text/plain string ok
"""


@dataclass
class ClientPki(VaultPki):
    """Also a CA for operators alone."""

    port: int = field(default_factory=lambda: free_ports(1)[0])

    def begin(self, folder: Path) -> str:
        ca = super().begin(folder)
        self.folder = folder
        self.plain = FRONTEND.format(port=self.port, asked=asked(*FILES))
        self.put(f"sys/mounts/{VAULT_CLIENT_CA}", {"type": "pki", "config": {"max_lease_ttl": "8760h"}})
        about = {"common_name": "operators", "key_type": "ec", "ttl": "8000h"}
        self.put(f"{VAULT_CLIENT_CA}/config/crl", {"auto_rebuild": True, "expiry": "168h"})
        self.put(f"{VAULT_CLIENT_CA}/root/generate/internal", about)
        may = {"allow_any_name": True, "enforce_hostnames": False, "key_type": "ec", "ttl": "8h"}
        self.put(f"{VAULT_CLIENT_CA}/roles/operators", {**may, "server_flag": False, "client_flag": True})
        # The worst case: the cloud's own CA lets a service prove itself to other servers.
        self.put("pki/roles/service", {**may, "client_flag": True})
        return ca

    def put(self, path: str, body: dict[str, Any]) -> Any:
        return (self.one.api().put(path, body, self.one.token) or {}).get("data")

    def trusted(self, folder: Path) -> list[EdgeTrusted]:
        """What edge-tls brings to the load balancer."""
        ca, crl = (str(folder / f"kept-{Path(name).name}") for name in FILES)
        # Its first node is not there.
        source: EdgeEngine = {
            "nodes": ["https://127.0.0.1:1", self.one.url],
            "ca": self.one.ca,
            "engine": VAULT_CLIENT_CA,
        }
        return [
            {"name": "client CA", "kind": "ca-file", "source": source, "kept": ca, "file": FILES[0]},
            {"name": "client CRL", "kind": "crl-file", "source": source, "kept": crl, "file": FILES[1]},
        ]

    def issue(self, name: str, path: str = f"{VAULT_CLIENT_CA}/issue/operators") -> tuple[Path, str]:
        """A file of certificate, chain and key, and the certificate's serial number."""
        found = self.put(path, {"common_name": name})
        file = self.folder / f"{name}.pem"
        chain = found.get("ca_chain") or [found["issuing_ca"]]
        file.write_text("\n".join([found["certificate"], *chain, found["private_key"]]) + "\n")
        return file, found["serial_number"]

    def revoke(self, serial: str) -> None:
        self.put(f"{VAULT_CLIENT_CA}/revoke", {"serial_number": serial})
        self.one.api().get(f"{VAULT_CLIENT_CA}/crl/rotate", self.one.token)

    def token(self) -> str:
        """Of somebody with the policy that `up` declares."""
        declared = plan_contents(with_vault(contents={"clients": {}}))
        assert declared
        (policy,) = (one for one in declared.wanted if one.kind == "policy")
        self.one.api().put(
            f"sys/policies/acl/{OF_OPERATORS}", {"policy": policy.values["policy"]}, self.one.token
        )
        wanted = {"policies": [OF_OPERATORS], "no_default_policy": True}
        return str(self.one.api().put("auth/token/create", wanted, self.one.token)["auth"]["client_token"])

    def answer(self, ca: Path, identity: Path | None) -> str:
        """What a client is told: the status of its request, or why there is none."""
        context = ssl.create_default_context(cafile=str(ca))
        if identity:
            context.load_cert_chain(identity)
        line = HTTPSConnection("127.0.0.1", self.port, context=context, timeout=20)
        context.check_hostname = False
        try:
            line.request("GET", "/", headers={"Host": NAME})
            return str(line.getresponse().status)
        except (OSError, HTTPException) as error:
            return str(error).partition("alert ")[2].partition(" (")[0] or str(error)
        finally:
            line.close()
