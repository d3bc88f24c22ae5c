"""The vault's HTTP API: a token that is given or logged in for, requests, answers. Tokens are in no message."""

from __future__ import annotations

import asyncio
import json
import os
import ssl
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from toolchain.plugins.base.errors import InvalidError, ProviderError

if TYPE_CHECKING:
    import httpx

Fields = dict[str, Any]
_REQUEST_SECONDS = 60.0
_FRESH = 0.75  # part of a token's life after which a new one is asked for
_IGNORED = "unrecognized parameters"  # the vault's own words, in a warning
_open: WeakKeyDictionary[asyncio.AbstractEventLoop, dict[str, Client]] = WeakKeyDictionary()


class AnsweredError(Exception):
    """The vault said no.

    Args:
        status: The HTTP status.
        errors: The vault's own words.
    """

    def __init__(self, status: int, errors: list[str]) -> None:
        super().__init__(f"{'; '.join(errors) or 'no reason given'} (HTTP {status})")
        self.status = status


class Client:
    """One vault, with one login."""

    def __init__(
        self, address: str, ca: str | None, token: str | None, login: Mapping[str, Any] | None
    ) -> None:
        """Know a vault; nothing is asked of it yet.

        Args:
            address: Its URL.
            ca: File with the CA of its certificate; None: the machine's.
            token: A token; None: one is asked for.
            login: `path` and `parameters` of the login that gives one.
        """
        import httpx  # noqa: PLC0415 - a fifth of a second that only a real run needs

        self._http = httpx.AsyncClient(
            base_url=f"{address.rstrip('/')}/v1/",
            verify=ssl.create_default_context(cafile=ca),
            timeout=_REQUEST_SECONDS,
        )
        self._given, self._login = token, login
        self._token, self._until = "", 0.0
        self._one_login = asyncio.Lock()

    async def get(self, path: str) -> Fields | None:
        """The data at a path; None: there is nothing."""
        try:
            return await self._ask("GET", path)
        except AnsweredError as error:
            if error.status == 404:
                return None
            raise

    async def put(self, path: str, body: Mapping[str, Any]) -> Fields:
        """Write; return the data of the answer.

        Raises:
            AnsweredError: it was refused, or a part of it was left out because this vault does not know it.
        """
        return await self._ask("POST", path, body)

    async def delete(self, path: str) -> None:
        """Delete; what is gone is no error."""
        try:
            await self._ask("DELETE", path)
        except AnsweredError as error:
            if error.status != 404:
                raise

    async def _ask(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Fields:
        answer = await self._send(method, path, body, await self._valid_token())
        if ignored := [line for line in answer.get("warnings") or () if _IGNORED in line]:
            raise AnsweredError(200, ignored)
        data: Fields = answer.get("data") or {}
        return data

    async def _send(self, method: str, path: str, body: Mapping[str, Any] | None, token: str) -> Fields:
        from httpx import RequestError  # noqa: PLC0415

        headers = {"X-Vault-Request": "true", **({"X-Vault-Token": token} if token else {})}
        try:
            response = await self._http.request(method, path, json=body, headers=headers)
        except RequestError as error:
            msg = f"no answer from {self._http.base_url.host}: {str(error) or type(error).__name__}"
            raise ProviderError(msg) from None
        document = _document(response)
        if not response.is_success:
            raise AnsweredError(response.status_code, [str(line) for line in document.get("errors") or ()])
        return document

    async def _valid_token(self) -> str:
        if self._given or self._login is None:
            return self._given or ""
        async with self._one_login:
            if time.monotonic() > self._until:
                parameters = self._login.get("parameters") or {}
                answer = await self._send("POST", self._login["path"], parameters, "")
                self._token = answer["auth"]["client_token"]
                self._until = time.monotonic() + answer["auth"]["lease_duration"] * _FRESH
        return self._token


def client(config: Mapping[str, Any]) -> Client:
    """The client for a provider's configuration, one for each; the environment says what the provider does not.

    Raises:
        InvalidError: it says neither where the vault is nor who asks.
    """
    if config.get("skipTlsVerify"):
        msg = "the vault provider does not do skipTlsVerify: give caCertFile, and unset VAULT_SKIP_VERIFY"
        raise InvalidError(msg)
    login = config.get("authLogin")
    address = config.get("address") or os.environ.get("VAULT_ADDR")
    token = None if login else config.get("token") or os.environ.get("VAULT_TOKEN")
    ca = config.get("caCertFile") or os.environ.get("VAULT_CACERT")
    for name, value, variable in (
        ("address", address, "VAULT_ADDR"),
        ("token", login or token, "VAULT_TOKEN"),
    ):
        if not value:
            msg = f"the vault provider needs {name}: set it in the provider's arguments, or {variable}"
            raise InvalidError(msg)
    key = json.dumps([address, ca, token, login], sort_keys=True, default=str)
    known = _open.setdefault(asyncio.get_running_loop(), {})
    if key not in known:
        try:
            known[key] = Client(str(address), ca, token, login)
        except OSError as error:
            msg = f"the vault provider can not use caCertFile {ca}: {error}"
            raise InvalidError(msg) from None
    return known[key]


def _document(response: httpx.Response) -> Fields:
    try:
        found = response.json() if response.content else {}
    except ValueError:
        found = {}
    return found if isinstance(found, dict) else {}
