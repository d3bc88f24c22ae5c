"""Two hosts with a load balancer on 127.0.0.1: real HAProxy with Kolla's way to start it, files where Kolla has them."""

from __future__ import annotations

import json
import socket
import ssl
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol, Self

from host_programs import bundle
from host_programs.contract.edge_tls import EdgeAcme, EdgeSettings, EdgeTrusted, EdgeVault
from host_programs.vault_api import until
from tests.debian_programs import haproxy
from tests.loopback.vaults import free_ports, silent

NAME = "api.cloud.test"
FILES = ("kolla/haproxy.pem", "container/haproxy.pem")
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
# As Kolla-Ansible's for the dashboard; the holder of the VIP has it.
REDIRECT = """\
frontend horizon_external_redirect_front
    bind 127.0.0.1:{port}
    redirect scheme https code 301 if !{{ ssl_fc }}
    {extra}
"""


class Issuer(Protocol):
    """Who issues the certificates of a test."""

    names: list[str]
    """Those that the first certificate is for."""
    plain: str
    """What HAProxy has on port 80 of the VIP; empty: nothing."""

    def vault(self) -> EdgeVault | None: ...
    def acme(self) -> EdgeAcme | None: ...

    def begin(self, folder: Path) -> str:
        """Make what edge-tls needs in its folder; return the CA that clients trust."""


@dataclass
class Balancer:
    """One host's HAProxy: what Kolla-Ansible put on the host, and what is in the container."""

    folder: Path
    port: int
    plain: str = ""
    _process: subprocess.Popen[bytes] | None = None

    def start(self, level: str = "admin") -> None:
        config = CONFIG.format(port=self.port, level=level) + self.plain
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
        with context.wrap_socket(plain, server_hostname=NAME) as line:
            return line.getpeercert(binary_form=True) or b""


@dataclass
class Edge:
    """The deploy host, and hosts with a load balancer."""

    folder: Path
    issuer: Issuer
    hosts: tuple[str, ...] = ("ctl01", "ctl02")
    balancers: dict[str, Balancer] = field(default_factory=dict)
    trusted: list[EdgeTrusted] = field(default_factory=list)
    """By what they judge clients' certificates."""
    said: str = ""
    """Everything that edge-tls has printed."""

    def __enter__(self) -> Self:
        self.ca, self.kept = self.folder / "ca.pem", self.folder / "kept" / "haproxy.pem"
        self.kept.parent.mkdir()
        (self.folder / "reach").write_text(REACH)
        (self.folder / "reach").chmod(0o755)
        self._program = bundle.pack("edge_tls", self.folder / "cache").path
        self.ca.write_text(self.issuer.begin(self.folder))
        self.settle(self.issuer.names)
        for host, port in zip(self.hosts, free_ports(len(self.hosts)), strict=True):
            for name in FILES:
                (self.folder / host / name).parent.mkdir(parents=True)
            plain = "" if self.balancers else self.issuer.plain
            self.balancers[host] = Balancer(self.folder / host, port, plain)
        return self

    def __exit__(self, *_: object) -> None:
        for balancer in self.balancers.values():
            balancer.stop()

    def settle(self, names: list[str]) -> None:
        """What `pulumi up` writes."""
        vault, acme = self.issuer.vault(), self.issuer.acme()
        settings: EdgeSettings = {
            "vault": vault,
            "acme": acme,
            "certificates": [
                {
                    "name": "external APIs",
                    "source": "vault" if vault else "acme",
                    "names": names,
                    "ca": str(self.ca),
                    "kept": str(self.kept),
                    "files": list(FILES),
                    "loaded": FILES[1],
                }
            ],
            "trusted": self.trusted,
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
