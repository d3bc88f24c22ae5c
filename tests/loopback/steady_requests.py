"""Requests to the load balancers at a steady pace, while their certificates rotate."""

from __future__ import annotations

import socket
import ssl
import threading
from dataclasses import dataclass, field
from http.client import HTTPException, HTTPSConnection
from pathlib import Path
from typing import Self

from tests.loopback.load_balancers import NAME, Edge


def rotate_under_requests(edge: Edge, times: int) -> None:
    """Renew that often; every load balancer shows each new certificate, and no request fails."""
    seen = [edge.served()]
    with Clients(edge) as clients:
        for _ in range(times):
            done = edge.renew("--force")
            assert done.returncode == 0, done.stderr
            seen.append(edge.served())
            assert len(edge.on_disk()) == 1
    assert clients.failed == []
    assert clients.answered > 100
    assert {len(shown) for shown in seen} == {1}
    assert len(set().union(*seen)) == times + 1


@dataclass
class Clients:
    """Requests at a steady pace: some clients keep their connection, others make a new one for each."""

    edge: Edge
    port: int | None = None
    """The one that they ask; none: every load balancer's own."""
    identity: Path | None = None
    """PEM of the certificate and key that they show."""
    pace: float = 0.1
    """Seconds between two requests of one client."""
    answered: int = 0
    failed: list[str] = field(default_factory=list)

    def __enter__(self) -> Self:
        self._end, self._lock = threading.Event(), threading.Lock()
        context = ssl.create_default_context(cafile=str(self.edge.ca))
        if self.identity:
            context.load_cert_chain(self.identity)
        ports = [self.port] if self.port else [one.port for one in self.edge.balancers.values()]
        self._threads = [
            threading.Thread(target=self._client, args=(port, context, kept))
            for port in ports
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
        line = _Line("127.0.0.1", port, context=context, timeout=20)
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


class _Line(HTTPSConnection):
    """Connects to an address and checks the certificate for the name."""

    def connect(self) -> None:
        plain = socket.create_connection((self.host, self.port), self.timeout)
        self.sock = self._context.wrap_socket(plain, server_hostname=NAME)  # type: ignore[attr-defined]
