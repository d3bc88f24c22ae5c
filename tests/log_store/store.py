"""A store that takes Loki's push protocol: VictoriaLogs on 127.0.0.1, with TLS and a login."""

from __future__ import annotations

import json
import ssl
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from tests.loopback.vaults import free_ports, make_certificate, silent

USER, PASSWORD = "cloud", "s3cret-of-the-store"
PATH = "/insert/loki/api/v1/push?_msg_field=message,log"
"""Where it takes lines; the fields of Fluent Bit's lines that hold what was written, of which one is there."""
_LONGEST = 20.0


@dataclass
class Store:
    """One that keeps its data, its address and its certificate when it is killed."""

    binary: Path
    folder: Path
    port: int = field(default_factory=lambda: free_ports(1)[0])
    _process: subprocess.Popen[bytes] | None = None

    def __post_init__(self) -> None:
        make_certificate(self.folder)
        self.password_file = self.folder / "password"
        self.password_file.touch(0o600)
        self.password_file.write_text(PASSWORD)

    @property
    def url(self) -> str:
        return f"https://127.0.0.1:{self.port}"

    @property
    def ca(self) -> Path:
        return self.folder / "cert.pem"

    def start(self) -> None:
        """Start it, and wait until it listens."""
        argv = (
            str(self.binary),
            f"-httpListenAddr=127.0.0.1:{self.port}",
            f"-storageDataPath={self.folder / 'data'}",
            f"-httpAuth.username={USER}",
            f"-httpAuth.password=file://{self.password_file}",
            "-tls",
            f"-tlsCertFile={self.ca}",
            f"-tlsKeyFile={self.folder / 'key.pem'}",
            "-inmemoryDataFlushInterval=1s",
            "-memory.allowedBytes=64MiB",
        )
        log = self.folder / "store.log"
        self._process = spawn(argv, log)
        await_that("the store", lambda: silent(self.port), self._process, log)

    def kill(self) -> None:
        """As when its machine loses power."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(10)
            self._process = None

    def found(self, query: str) -> list[dict[str, Any]]:
        """The lines that a query of LogsQL finds."""
        trusted = ssl.create_default_context(cafile=str(self.ca))
        answer = httpx.get(
            f"{self.url}/select/logsql/query",
            params={"query": query},
            auth=(USER, PASSWORD),
            verify=trusted,
            timeout=10,
        )
        answer.raise_for_status()
        return [json.loads(line) for line in answer.text.splitlines()]

    def messages(self, query: str, at_least: int) -> list[str]:
        """What the lines say that a query finds, in order, once there are so many, or after a while those there are."""
        end = time.monotonic() + _LONGEST
        while len(lines := self.found(query)) < at_least and time.monotonic() < end:
            time.sleep(0.2)
        return sorted(line["_msg"] for line in lines)


def spawn(argv: tuple[str, ...], log: Path) -> subprocess.Popen[bytes]:
    """Start a program that writes into a file of its own."""
    with log.open("ab") as output:
        return subprocess.Popen(argv, stdout=output, stderr=output, stdin=subprocess.DEVNULL)


def await_that(what: str, lacks: Callable[[], str], process: subprocess.Popen[bytes], log: Path) -> None:
    """Wait until nothing is lacking any more; fails when the program has ended, or after a while."""
    end = time.monotonic() + _LONGEST
    while lack := lacks():
        tail = "\n".join(log.read_text(errors="replace").splitlines()[-5:])
        assert process.poll() is None, f"{what} has ended:\n{tail}"
        assert time.monotonic() < end, f"{what}: {lack}\n{tail}"
        time.sleep(0.1)
