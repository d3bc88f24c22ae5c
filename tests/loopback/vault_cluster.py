"""A real OpenBao cluster on 127.0.0.1: a port for each node, operators with PGP keys, vault-boot as it runs on a host."""

from __future__ import annotations

import base64
import json
import os
import signal
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from host_programs.contract.vault_boot import BootSettings
from host_programs.errors import OperatorError
from host_programs.vault_api import AnsweredError, Api, until
from tests.loopback.vaults import ROOT, free_ports, listeners, make_certificate, program, serve, silent

KILLED_AT = (
    "import os, signal, sys; from host_programs.vault_boot.cli import main; step = sys.argv[1]; "
    "sys.exit(main(sys.argv[2:], lambda now: os.kill(os.getpid(), signal.SIGKILL) if now == step else None))"
)


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
            self.running[name] = serve(config, log)
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

    def sealed(self, *among: str) -> str:
        """Those of these nodes, or of all, that two more shares did not open."""
        self.open("alice", "bob")
        states = {name: self.api(name).get("sys/seal-status")["sealed"] for name in among or self.names}
        return " ".join(name for name, state in states.items() if state)

    def leaderless(self, *among: str) -> str:
        """Those of these nodes, or of all, that cannot be worked with yet."""
        return " ".join(name for name in among or self.names if not self._leader(name).get("leader_address"))

    def leader(self) -> str:
        """Name of the active node; empty: there is none."""
        return next((name for name in self.running if self._leader(name).get("is_self")), "")

    def lose(self) -> str:
        """Kill the leader and wait until another node leads; the name of the one that was killed."""
        lost = self.leader()
        self.kill(lost)
        until("a leader", 120, lambda: "" if self.leader() else "none")
        return lost

    def _leader(self, name: str) -> dict[str, Any]:
        """What a node says of it; nothing when it is sealed or does not answer."""
        try:
            return dict(self.api(name).get("sys/leader"))
        except (AnsweredError, OperatorError):
            return {}

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
        # What a file declares of audit belongs to the cluster: on hosts it is one path, and so it is here.
        audit = {"type": "file", "path": "file/", "options": {"file_path": f"{folder}/audit.log"}}
        return {
            "api_addr": self.url(name),
            "cluster_addr": f"https://127.0.0.1:{cluster}",
            "listener": listeners(folder, api, cluster),
            "storage": {
                "raft": {"path": f"{folder}/{name}/cluster/raft", "node_id": name, "retry_join": joins}
            },
            "audit": [audit],
            **({"seal": seal} if self.opens_itself else {}),
        }
