"""The cloud's own APIs, asked with Python's library alone: a token, then lists, and orders.

The password goes into a body and the token into a header: neither is ever part of a command line, a URL or an error.
"""

from __future__ import annotations

import json
import ssl
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple
from urllib.parse import urlsplit

_SECONDS = 30
_LARGEST = 64 << 20
"""Bytes of an answer; the lists of a cloud are far below."""


class Reply(NamedTuple):
    """An answer over HTTP, whatever its status."""

    status: int
    token: str
    """Header X-Subject-Token; "" of most."""
    document: Any
    """The body as JSON; None if it is none."""


class NoAnswerError(Exception):
    """Nobody answers at a URL, or not with what was asked for; `str()` says why."""


Fetch = Callable[[str, Mapping[str, str], Any], Reply]
"""URL, headers, document to post (None: get)."""


class Endpoint(NamedTuple):
    """Where a service is, as the catalogue has it."""

    type: str
    interface: str
    region: str
    url: str


def fetcher(ca: str = "") -> Fetch:
    """Ask over HTTP.

    Args:
        ca: file of the certificate authorities to trust; "": the host's own.
    """
    context = ssl.create_default_context(cafile=ca or None)
    opener = urllib.request.build_opener(
        urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=context)
    )

    def fetch(url: str, headers: Mapping[str, str], document: Any) -> Reply:
        data = None if document is None else json.dumps(document).encode()
        kind = {"Content-Type": "application/json", "Accept": "application/json"}
        request = urllib.request.Request(url, data, {**kind, **headers})  # noqa: S310 - checked by whoever asks
        try:
            with opener.open(request, timeout=_SECONDS) as reply:
                return _read(reply.status, reply)
        except urllib.error.HTTPError as error:
            with error:
                return _read(error.code, error)
        except (OSError, ValueError) as error:
            raise NoAnswerError(str(getattr(error, "reason", error))[:200]) from None

    return fetch


class Cloud:
    """A cloud, logged in to as one entry of clouds.yaml says."""

    def __init__(self, entry: Mapping[str, Any], fetch: Fetch) -> None:
        """Get a token.

        Raises:
            NoAnswerError: Keystone does not give one.
        """
        self._fetch = fetch
        auth = entry["auth"]
        url = str(auth["auth_url"]).rstrip("/")
        url = url if url.endswith("/v3") else f"{url}/v3"
        user = {
            "name": auth["username"],
            "domain": {"name": auth["user_domain_name"]},
            "password": auth["password"],
        }
        project = {"name": auth["project_name"], "domain": {"name": auth["project_domain_name"]}}
        reply = self._post(
            f"{url}/auth/tokens",
            {
                "auth": {
                    "identity": {"methods": ["password"], "password": {"user": user}},
                    "scope": {"project": project},
                }
            },
        )
        self._token = reply.token
        self.catalogue = tuple(_endpoints(reply.document["token"]["catalog"]))

    def rows(self, url: str, key: str) -> list[dict[str, Any]]:
        """A list of an API. Raises NoAnswerError."""
        reply = self._fetch(_http(url), {"X-Auth-Token": self._token}, None)
        if reply.status != 200 or not isinstance(reply.document, dict) or key not in reply.document:
            raise NoAnswerError(f"answers {reply.status}")
        return list(reply.document[key])

    def order(self, url: str, document: Any) -> None:
        """Have an API make a change. Raises NoAnswerError."""
        reply = self._fetch(_http(url), {"X-Auth-Token": self._token}, document)
        if reply.status not in (200, 202, 204):
            raise NoAnswerError(f"answers {reply.status}")

    def status(self, url: str) -> int:
        """The status with which a URL answers somebody without a token. Raises NoAnswerError."""
        return self._fetch(_http(url), {}, None).status

    def _post(self, url: str, document: Any) -> Reply:
        reply = self._fetch(_http(url), {}, document)
        if reply.status != 201 or not reply.token:
            raise NoAnswerError(f"answers {reply.status}")
        return reply


def _read(status: int, reply: Any) -> Reply:
    try:
        document = json.loads(reply.read(_LARGEST))
    except ValueError:
        document = None
    return Reply(status, reply.headers.get("X-Subject-Token", ""), document)


def _endpoints(catalogue: Any) -> Iterator[Endpoint]:
    for service in catalogue:
        for one in service["endpoints"]:
            region = one.get("region_id") or one.get("region") or ""
            yield Endpoint(service["type"], one["interface"], region, one["url"])


def _http(url: str) -> str:
    if urlsplit(url).scheme not in {"http", "https"}:
        raise NoAnswerError("is no URL of http or https")
    return url
