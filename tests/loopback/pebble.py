"""Pebble, the ACME server that Let's Encrypt tests clients with, as the issuer of the load balancers' certificates.

It validates for real: it asks the DNS of `pebble-challtestsrv`, then port 80 of the VIP, which is HAProxy's here.
"""

from __future__ import annotations

import json
import os
import ssl
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self
from urllib.request import Request, urlopen

from components.edge_tls.account import lego_key, thumbprint
from config.kolla.acme import answering
from host_programs.contract.edge_tls import EdgeAcme
from host_programs.vault_api import until
from tests.debian_programs import haproxy, program
from tests.loopback.load_balancers import NAME, REDIRECT
from tests.loopback.vaults import free_ports, make_certificate, silent
from tests.unit.config.kolla_secrets import private_key

BLOCKED = "blocked.test"
EMAIL = "ops@cloud.test"
STRICT = {"PEBBLE_VA_NOSLEEP": "1", "PEBBLE_AUTHZREUSE": "0", "PEBBLE_WFE_NONCEREJECT": "25"}
"""Every order is validated again, and one request in four is refused for their nonce."""
# Stands before Pebble and says what Let's Encrypt says to who asks too often.
LIMITED = """\
defaults
    mode http
    timeout connect 5s
    timeout client 60s
    timeout server 60s
frontend limited
    bind 127.0.0.1:{port} ssl crt {folder}/both.pem
    http-request return status 429 content-type application/problem+json file {folder}/limited.json if {{ path /order-plz }}
    default_backend pebble
backend pebble
    server pebble 127.0.0.1:{pebble} ssl verify none
"""
SAID = {
    "type": "urn:ietf:params:acme:error:rateLimited",
    "detail": "too many certificates already issued",
    "status": 429,
}


@dataclass
class Pebble:
    """The server, its DNS, and an account."""

    folder: Path
    names: list[str] = field(default_factory=lambda: [NAME])
    directory: str = ""
    key: Path = Path()
    _running: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def __enter__(self) -> Self:
        self.port, manage, self.http, dns, self._names, self.limited = free_ports(6)
        make_certificate(self.folder)
        self.account = private_key()
        self.directory = self.url(self.port)
        self.plain = REDIRECT.format(port=self.http, extra=answering(thumbprint(self.account)))
        settings = {
            "listenAddress": f"127.0.0.1:{self.port}",
            "managementListenAddress": f"127.0.0.1:{manage}",
            "certificate": str(self.folder / "cert.pem"),
            "privateKey": str(self.folder / "key.pem"),
            "httpPort": self.http,
            "tlsPort": 1,
            "domainBlocklist": [BLOCKED],
        }
        (self.folder / "pebble.json").write_text(json.dumps({"pebble": settings}))
        try:
            self._start(
                program("pebble-challtestsrv"),
                *("-defaultIPv6", "", "-http01", "", "-https01", "", "-tlsalpn01", ""),
                *("-dns01", f"127.0.0.1:{dns}", "-management", f"127.0.0.1:{self._names}"),
            )
            config = str(self.folder / "pebble.json")
            self._start(program("pebble"), "-config", config, "-dnsserver", f"127.0.0.1:{dns}")
            self._start(*haproxy(), "-W", "-db", "-f", self._limiting())
            ports = (self.port, manage, self._names, self.limited)
            until("pebble", 30, lambda: "".join(silent(port) for port in ports))
            self._root = self._get(f"https://127.0.0.1:{manage}/roots/0")
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        for one in self._running:
            one.terminate()
            one.wait()

    def vault(self) -> None:
        return None

    def acme(self) -> EdgeAcme:
        return {
            "directory": self.directory,
            "ca": str(self.folder / "cert.pem"),
            "email": EMAIL,
            "key": str(self.key),
            "client": program("lego"),
        }

    def begin(self, folder: Path) -> str:
        self.key = folder / "acme.key"
        self.key.touch(0o600)
        self.key.write_text(lego_key(self.account))
        return self._root

    def lead(self, address: str) -> None:
        """Have DNS say that all names lead there."""
        body = json.dumps({"ip": address}).encode()
        urlopen(Request(f"http://127.0.0.1:{self._names}/set-default-ipv4", body), timeout=20).close()

    @staticmethod
    def url(port: int) -> str:
        return f"https://127.0.0.1:{port}/dir"

    def _limiting(self) -> str:
        (self.folder / "limited.json").write_text(json.dumps(SAID))
        both = (self.folder / "cert.pem").read_text() + (self.folder / "key.pem").read_text()
        (self.folder / "both.pem").write_text(both)
        path = self.folder / "limited.cfg"
        path.write_text(LIMITED.format(port=self.limited, folder=self.folder, pebble=self.port))
        return str(path)

    def _get(self, url: str) -> str:
        trusted = ssl.create_default_context(cafile=str(self.folder / "cert.pem"))
        with urlopen(url, timeout=20, context=trusted) as answer:
            return str(answer.read().decode())

    def _start(self, *argv: str) -> None:
        with (self.folder / "log").open("ab") as log:
            one = subprocess.Popen(
                argv, stdout=log, stderr=log, stdin=subprocess.DEVNULL, env={**os.environ, **STRICT}
            )
        self._running.append(one)
