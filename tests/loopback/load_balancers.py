"""Two hosts with a load balancer on 127.0.0.1: real HAProxy with Kolla's way to start it, files where Kolla has them."""

from __future__ import annotations

import json
import socket
import ssl
import subprocess
import threading
from dataclasses import dataclass, field
from http.client import HTTPException, HTTPSConnection
from pathlib import Path
from typing import Any, Self

from host_programs import bundle
from host_programs.contract.edge_tls import EdgeSettings
from host_programs.vault_api import until
from tests.debian_programs import haproxy
from tests.loopback.vaults import OneVault, free_ports, silent

NAMES = ["api.cloud.test", "127.0.0.1"]
FILES = ("kolla/haproxy.pem", "container/haproxy.pem")
POLICY = '{"path": {"pki/issue/edge": {"capabilities": ["update"]}}}'
# In place of ssh: each host has a folder of its own, and may be away, or have a full disk.
REACH = """\
#!/bin/sh
cd "$(dirname "$0")/$1" || exit 1
[ -e away ] && exit 255
[ -e full ] && ulimit -f 0
shift
exec sh -c "$*"
"""
# As Kolla-Ansible's, but for where it listens and the level of the socket.
CONFIG = """\
global
    stats socket unix@haproxy.sock mode 660 level {level}
    ssl-default-bind-options prefer-client-ciphers ssl-min-ver TLSv1.2 no-tls-tickets
defaults
    mode http
    timeout connect 5s
    timeout client 60s
    timeout server 60s
    timeout http-keep-alive 60s
frontend keystone_front
    bind 127.0.0.1:{port} ssl crt container/haproxy.pem
    http-request return status 200 content-type text/plain string ok
"""


@dataclass
class Balancer:
    """One host's HAProxy: what Kolla-Ansible put on the host, and what is in the container."""

    folder: Path
    port: int
    _process: subprocess.Popen[bytes] | None = None

    def start(self, level: str = "admin") -> None:
        config = CONFIG.format(port=self.port, level=level)
        (self.folder / "haproxy.cfg").write_text(config)
        with (self.folder / "log").open("ab") as log:
            argv = [*haproxy(), "-W", "-db", "-f", "haproxy.cfg"]
            self._process = subprocess.Popen(
                argv, stdout=log, stderr=log, stdin=subprocess.DEVNULL, cwd=self.folder
            )
        until("HAProxy", 30, lambda: silent(self.port))

    def stop(self) -> None:
        if self._process:
            self._process.terminate()
            self._process.wait()

    def on_disk(self) -> set[str]:
        """The files' texts: one where both are the same."""
        return {(self.folder / name).read_text() for name in FILES}

    def served(self, ca: Path) -> bytes:
        """The certificate that a new client sees and trusts."""
        context = ssl.create_default_context(cafile=str(ca))
        plain = socket.create_connection(("127.0.0.1", self.port))
        with context.wrap_socket(plain, server_hostname=NAMES[0]) as line:
            return line.getpeercert(binary_form=True) or b""


@dataclass
class Edge:
    """The deploy host, hosts with a load balancer, and a vault that issues."""

    folder: Path
    vault: OneVault
    hosts: tuple[str, ...] = ("ctl01", "ctl02")
    balancers: dict[str, Balancer] = field(default_factory=dict)
    said: str = ""
    """Everything that edge-tls has printed."""

    def __enter__(self) -> Self:
        self.ca, self.kept = self.folder / "ca.pem", self.folder / "kept" / "haproxy.pem"
        self.kept.parent.mkdir()
        (self.folder / "reach").write_text(REACH)
        (self.folder / "reach").chmod(0o755)
        self._program = bundle.pack("edge_tls", self.folder / "cache").path
        self._pki()
        self.settle(NAMES)
        for host, port in zip(self.hosts, free_ports(len(self.hosts)), strict=True):
            for name in FILES:
                (self.folder / host / name).parent.mkdir(parents=True)
            self.balancers[host] = Balancer(self.folder / host, port)
        return self

    def __exit__(self, *_: object) -> None:
        for balancer in self.balancers.values():
            balancer.stop()

    def settle(self, names: list[str]) -> None:
        """What `pulumi up` writes; the vault's first node is not there."""
        settings: EdgeSettings = {
            "vault": ["https://127.0.0.1:1", self.vault.url],
            "vault_ca": self.vault.ca,
            "login": str(self.folder / "login.json"),
            "role": "edge",
            "ca": str(self.ca),
            "certificates": [
                {
                    "name": "external APIs",
                    "names": names,
                    "kept": str(self.kept),
                    "files": list(FILES),
                    "loaded": FILES[1],
                }
            ],
            "hosts": list(self.hosts),
            "reach": [str(self.folder / "reach")],
            "become": "",
            "socket": "haproxy.sock",
        }
        (self.folder / "settings.json").write_text(json.dumps(settings))

    def renew(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run the program as it runs on the deploy host."""
        argv = [str(self._program), "--settings", str(self.folder / "settings.json"), "renew", *words]
        done = subprocess.run(argv, capture_output=True, text=True, timeout=120, check=False)
        self.said += done.stdout + done.stderr
        return done

    def deploy(self) -> None:
        """What Kolla-Ansible does with the first certificate: the hosts' files, then HAProxy."""
        for balancer in self.balancers.values():
            for name in FILES:
                (balancer.folder / name).write_text(self.kept.read_text())
                (balancer.folder / name).chmod(0o640)
            balancer.start()

    def served(self) -> set[bytes]:
        return {balancer.served(self.ca) for balancer in self.balancers.values()}

    def on_disk(self) -> set[str]:
        """Texts of all files, the deploy host's too."""
        return {self.kept.read_text()}.union(*(one.on_disk() for one in self.balancers.values()))

    def left_over(self) -> list[Path]:
        return list(self.folder.rglob("*.edge-tls-*"))

    def _pki(self) -> None:
        def put(path: str, body: dict[str, Any]) -> Any:
            return (self.vault.api().put(path, body, self.vault.token) or {}).get("data")

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
        role = self.vault.api().get("auth/approle/role/edge/role-id", self.vault.token)["data"]
        login = {
            "role_id": role["role_id"],
            "secret_id": put("auth/approle/role/edge/secret-id", {})["secret_id"],
        }
        (self.folder / "login.json").write_text(json.dumps(login))
        self.ca.write_text(root["certificate"] + "\n")


@dataclass
class Clients:
    """Requests at a steady pace: some clients keep their connection, others make a new one for each."""

    edge: Edge
    pace: float = 0.1
    """Seconds between two requests of one client."""
    answered: int = 0
    failed: list[str] = field(default_factory=list)

    def __enter__(self) -> Self:
        self._end, self._lock = threading.Event(), threading.Lock()
        context = ssl.create_default_context(cafile=str(self.edge.ca))
        self._threads = [
            threading.Thread(target=self._client, args=(balancer.port, context, kept))
            for balancer in self.edge.balancers.values()
            for kept in (True, True, False)
        ]
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._end.set()
        for thread in self._threads:
            thread.join()

    def _client(self, port: int, context: ssl.SSLContext, kept: bool) -> None:
        line = HTTPSConnection("127.0.0.1", port, context=context, timeout=20)
        line.connect()
        # A lost connection is a failed request: http.client would make a new one by itself.
        line.auto_open = 0 if kept else 1
        while not self._end.wait(self.pace):
            try:
                line.request("GET", "/")
                answer = line.getresponse()
                answer.read()
                said = "" if answer.status == 200 else f"HTTP {answer.status}"
            except (OSError, HTTPException) as error:
                said = f"{type(error).__name__}: {error}"
            if not kept:
                line.close()
            with self._lock:
                self.answered += not said
                if said:
                    self.failed.append(said)
        line.close()
