"""The vault's API as day-2 commands ask it: the first node that answers, and the program's own login."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

from config.cloud import CloudConfig
from config.vault import VaultSettings
from host_programs.errors import OperatorError
from host_programs.vault_api import AnsweredError, Api
from ops import stack

Ask = Callable[[str, str, dict[str, Any] | None], Any]
"""Method, path and body of a request to the vault; its answer's data, None: there is nothing. Raises StackError."""

_LOGIN, _REVOKE = "auth/approle/login", "auth/token/revoke-self"
_FORBIDDEN = "the token is over, or its policy does not allow it: log in again; make up writes the policies"


def urls(config: CloudConfig, vault: VaultSettings) -> list[str]:
    """Of the nodes, the founder first."""
    return [
        f"https://{config.hosts[node].addresses['management']}:{vault.port}" for node in vault.hosts(config)
    ]


def asking(nodes: Sequence[str], ca: str, token: str) -> Ask:
    """The way to a real vault with a token."""
    return lambda method, path, body: (_answer(nodes, ca, (method, path, body), token) or {}).get("data")


@contextmanager
def logged_in(nodes: Sequence[str], ca: str, credentials: str) -> Iterator[Ask]:
    """The same with a login by AppRole, whose token is revoked at the end.

    Args:
        nodes: their URLs.
        ca: file of the CA of their certificates.
        credentials: JSON with `role_id` and `secret_id`.

    Raises:
        StackError: the vault is sealed, does not answer, or refuses the login.
    """
    answer = _answer(nodes, ca, ("PUT", _LOGIN, json.loads(credentials)), "")
    token = str(answer["auth"]["client_token"])
    try:
        yield asking(nodes, ca, token)
    finally:
        # One that cannot be revoked ends by itself within the hour; what went wrong before is what is to be told.
        with suppress(stack.StackError):
            _answer(nodes, ca, ("PUT", _REVOKE, {}), token)


def _answer(
    nodes: Sequence[str], ca: str, request: tuple[str, str, dict[str, Any] | None], token: str
) -> Any:
    method, path, body = request
    reasons: list[str] = []
    for url in nodes:
        try:
            return Api(url, ca).send(method, path, body, token)
        except AnsweredError as error:
            if method == "GET" and error.status == 404:
                return None
            if error.status < 500:
                fix = f" ({_FORBIDDEN})" if error.status == 403 else ""
                raise stack.StackError(f"vault {url}: {path}: {error}{fix}") from None
            reasons.append(f"{url}: {error}")
        except OperatorError as error:
            reasons.append(str(error))
    raise stack.StackError(f"vault: {'; '.join(reasons)} (unseal it, or start it; docs/vault.md)")
