"""The vault's HTTP API. Tokens travel in a header and are in no message."""

from __future__ import annotations

import contextlib
import http.client
import json
import shutil
import socket
import ssl
import time
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO
from urllib.parse import urlsplit

from host_programs.errors import OperatorError

SECONDS = 60
"""Deadline of one request: an initialisation on a busy machine takes its time."""


class AnsweredError(Exception):
    """The vault said no: its status and its own words, which name no secret, in one line."""

    def __init__(self, status: int, errors: list[str]) -> None:
        super().__init__(f"HTTP {status}: {'; '.join(' '.join(error.split()) for error in errors)}")
        self.status = status


class Api:
    """One node."""

    def __init__(self, url: str, ca: str, connect: tuple[str, int] | None = None) -> None:
        """Know a node by its URL.

        Args:
            url: whose host its certificate is for.
            ca: file of the CA.
            connect: where it really listens; None: where the URL says.
        """
        parts = urlsplit(url)
        self.url = url
        self._host, self._port = parts.hostname or "", parts.port or 443
        self._connect = connect or (self._host, self._port)
        self._tls = ssl.create_default_context(cafile=ca)

    def get(self, path: str, token: str = "") -> Any:
        """Ask; None: there is no such thing."""
        try:
            return self.send("GET", path, None, token)
        except AnsweredError as error:
            if error.status == 404:
                return None
            raise

    def put(self, path: str, body: dict[str, Any], token: str = "") -> Any:
        """Write."""
        return self.send("PUT", path, body, token)

    def send(self, method: str, path: str, body: dict[str, Any] | None, token: str) -> Any:
        """One request.

        Raises:
            AnsweredError: the vault refused it.
            OperatorError: nobody answered.
        """
        text = None if body is None else json.dumps(body).encode()
        with self._answer(method, path, text, token) as answer:
            data = answer.read()
        return json.loads(data) if data else None

    def download(self, path: str, token: str, file: BinaryIO) -> None:
        """Ask for something long, which goes into a file; errors as `send`."""
        with self._answer("GET", path, None, token) as answer:
            shutil.copyfileobj(answer, file)

    def upload(self, path: str, token: str, file: BinaryIO) -> None:
        """Write what is in a file; errors as `send`."""
        with self._answer("POST", path, file, token) as answer:
            answer.read()

    @contextlib.contextmanager
    def _answer(
        self, method: str, path: str, body: bytes | BinaryIO | None, token: str
    ) -> Iterator[http.client.HTTPResponse]:
        connection = _Connection(self._host, self._port, context=self._tls, timeout=SECONDS)
        connection.to = self._connect
        try:
            connection.request(method, f"/v1/{path}", body, {"X-Vault-Token": token} if token else {})
            answer = connection.getresponse()
            if answer.status >= 300:
                raise AnsweredError(answer.status, _errors(answer.read()))
            yield answer
        except (OSError, http.client.HTTPException) as error:
            reason = f"cannot be asked: {getattr(error, 'strerror', None) or error}"
            raise OperatorError(self.url, reason, "look at the unit openbao.service on that node") from None
        finally:
            connection.close()


def _errors(data: bytes) -> list[str]:
    """What an answer says went wrong, where it says it in the vault's form."""
    try:
        return list(json.loads(data).get("errors", []))
    except (ValueError, AttributeError):
        return []


class _Connection(http.client.HTTPSConnection):
    """Connects to one place and checks the certificate of another."""

    to: tuple[str, int]

    def connect(self) -> None:
        plain = socket.create_connection(self.to, self.timeout)
        self.sock = self._context.wrap_socket(plain, server_hostname=self.host)  # type: ignore[attr-defined]


def until(what: str, seconds: float, done: Callable[[], str]) -> None:
    """Ask again and again until nothing is missing.

    Args:
        what: is waited for, for the error.
        seconds: for how long.
        done: what is still missing; "": nothing.

    Raises:
        OperatorError: the time is over; says what was missing last.
    """
    end = time.monotonic() + seconds
    while missing := done():
        if time.monotonic() > end:
            fix = "look at the unit openbao.service on the nodes, then run it again"
            raise OperatorError(what, f"{missing} after {seconds:.0f} s", fix)
        time.sleep(0.5)
