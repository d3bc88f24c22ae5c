"""Certificates from the PKI of the cloud's vault."""

from __future__ import annotations

import ipaddress
import json
from collections.abc import Sequence
from typing import Any

from host_programs.contract.edge_tls import EdgeVault
from host_programs.contract.vault_boot import VAULT_CA
from host_programs.edge_tls.errors import EdgeError
from host_programs.edge_tls.source import joined
from host_programs.errors import OperatorError
from host_programs.vault_api import AnsweredError, Api


class VaultSource:
    """The PKI of the cloud's vault."""

    asks_back = False

    def __init__(self, settings: EdgeVault) -> None:
        self._settings = settings

    def issue(self, names: Sequence[str]) -> str:
        """See Source. A node that does not answer, or is sealed, is passed over for the next."""
        credentials = _login(self._settings["login"])
        reasons: list[str] = []
        for url in self._settings["nodes"]:
            api = Api(url, self._settings["ca"])
            try:
                return self._issue(api, credentials, names)
            except AnsweredError as error:
                if error.status < 500:
                    raise EdgeError(f"vault {url}", f"refused: {error}") from None
                reasons.append(f"{url}: {error}")
            except OperatorError as error:
                reasons.append(str(error))
        raise EdgeError(
            "vault", "; ".join(reasons) or "has no nodes", "unseal it, or start it; docs/vault.md"
        )

    def _issue(self, api: Api, credentials: dict[str, str], names: Sequence[str]) -> str:
        token = api.put("auth/approle/login", credentials)["auth"]["client_token"]
        path = f"{VAULT_CA}/issue/{self._settings['role']}"
        found = api.put(path, _request(names), token)["data"]
        chain = found.get("ca_chain") or [found["issuing_ca"]]
        return joined(found["certificate"], *chain, found["private_key"])


def _login(path: str) -> dict[str, str]:
    try:
        with open(path, encoding="utf-8") as file:
            document = json.load(file)
        return {key: str(document[key]) for key in ("role_id", "secret_id")}
    except (OSError, ValueError, KeyError):
        raise EdgeError(path, "is missing, or has no role_id and secret_id", "run pulumi up") from None


def _request(names: Sequence[str]) -> dict[str, Any]:
    addresses = [name for name in names if _is_address(name)]
    others = [name for name in names if name not in addresses]
    request = {"alt_names": ",".join(others), "ip_sans": ",".join(addresses)}
    return {**request, **({"common_name": others[0]} if others else {})}


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
