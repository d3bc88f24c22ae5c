"""Hands the vault over: Pulumi gets a role of its own, the first token is revoked."""

from __future__ import annotations

import contextlib
import json
import os
from typing import Any

from host_programs.vault_api import AnsweredError, Api, until
from host_programs.vault_boot import gpg
from host_programs.vault_boot.errors import BootError
from host_programs.vault_boot.founding import Reached
from host_programs.vault_boot.opening import refuse_sealed
from host_programs.vault_boot.places import Places, read_json, write
from host_programs.vault_boot.policy import NAME, POLICY

_JOIN_SECONDS = 180
_NOT_YET = (500, 503)
"""Statuses of a node that is sealed or knows no leader."""
_ROLE = f"auth/approle/role/{NAME}"


def hand_over(places: Places, reached: Reached) -> str:
    """Bring Pulumi's role about, prove that it works, revoke the first token; says what it did.

    Raises:
        BootError: the vault is sealed, nodes are missing, or there is no token to work with.
    """
    refuse_sealed(places)
    node = Api(places.settings["nodes"][places.founder], places.settings["ca"])
    until("vault", _JOIN_SECONDS, lambda: _not_ready(node))
    root = _root_token(places, node)
    token = root or _login(places, node)
    if not token:
        fix = "make a root token with the operators' shares; docs/vault.md, Without credentials"
        raise BootError("vault", "there is neither a first token nor a login of Pulumi's", fix)
    until("the cluster", _JOIN_SECONDS, lambda: _missing_voters(places, node, token))
    reached("joined")
    _role(places, node, token, reached)
    if not _login(places, node):
        _new_credentials(places, node, token, reached)
        reached("credentials")
    granted = _policies(node, _login(places, node))
    if granted != [NAME]:
        raise BootError("Pulumi's login", f"has the policies {granted}", f"it must have `{NAME}` alone")
    if root:
        node.put("auth/token/revoke-self", {}, root)
        reached("revoked")
    _forget_root(places)
    reached("forgotten")
    return "handed over" if root else "as it was"


def _not_ready(node: Api) -> str:
    """What keeps a node that has just started from answering; empty: nothing."""
    try:
        if node.get("sys/seal-status")["sealed"]:
            return "sealed"
        return "" if node.get("sys/leader").get("leader_address") else "without a leader"
    except AnsweredError as error:
        if error.status in _NOT_YET:
            return str(error)
        raise


def _root_token(places: Places, node: Api) -> str:
    """The first token; empty: it is revoked, perhaps by a run that was killed just after."""
    if not os.path.exists(places.root_token):
        return ""
    with open(places.root_token, encoding="utf-8") as file:
        token = gpg.decrypt(places.key, file.read())
    return token if _policies(node, token) else ""


def _policies(node: Api, token: str) -> list[str]:
    """What a token may; empty: it is not valid."""
    try:
        found: list[str] = node.get("auth/token/lookup-self", token)["data"]["policies"]
    except AnsweredError as error:
        if error.status == 403:
            return []
        raise
    return found


def _missing_voters(places: Places, node: Api, token: str) -> str:
    try:
        answer = node.get("sys/storage/raft/configuration", token)
    except AnsweredError as error:
        if error.status in _NOT_YET:
            return str(error)
        raise
    voters = {server["node_id"] for server in answer["data"]["config"]["servers"] if server["voter"]}
    missing = [name for name in places.settings["nodes"] if name not in voters]
    return f"{', '.join(missing)} not joined" if missing else ""


def _role(places: Places, node: Api, token: str, reached: Reached) -> None:
    """Policy, login method, role: written where they differ."""
    path = f"sys/policies/acl/{NAME}"
    found = node.get(path, token)
    if found is None or found["data"]["policy"] != POLICY:
        node.put(path, {"policy": POLICY}, token)
    reached("policy")
    if "approle/" not in node.get("sys/auth", token)["data"]:
        node.put("sys/auth/approle", {"type": "approle"}, token)
    reached("login method")
    cidrs = places.settings["bound_cidrs"]
    role: dict[str, Any] = {
        "token_policies": [NAME],
        "token_no_default_policy": True,
        "token_ttl": 3600,
        "token_max_ttl": 4 * 3600,
        "token_bound_cidrs": cidrs,
        "secret_id_bound_cidrs": cidrs,
    }
    have = (node.get(_ROLE, token) or {"data": {}})["data"]
    if any(have.get(key) != value for key, value in role.items()):
        node.put(_ROLE, role, token)
    reached("role")


def _new_credentials(places: Places, node: Api, token: str, reached: Reached) -> None:
    role_id = node.get(f"{_ROLE}/role-id", token)["data"]["role_id"]
    # Of a run that was killed before it wrote its own down, nobody knows it: none stays valid.
    for accessor in _accessors(node, token):
        node.put(f"{_ROLE}/secret-id-accessor/destroy", {"secret_id_accessor": accessor}, token)
    secret_id = node.put(f"{_ROLE}/secret-id", {}, token)["data"]["secret_id"]
    reached("secret id made")
    write(places.credentials, json.dumps({"role_id": role_id, "secret_id": secret_id}) + "\n")


def _accessors(node: Api, token: str) -> list[str]:
    found = node.get(f"{_ROLE}/secret-id?list=true", token)
    return list(found["data"]["keys"]) if found else []


def _login(places: Places, node: Api) -> str:
    """A token by Pulumi's credentials; empty: there are none, or they are no longer valid."""
    credentials = read_json(places.credentials)
    if credentials is None:
        return ""
    try:
        return str(node.put("auth/approle/login", credentials)["auth"]["client_token"])
    except AnsweredError as error:
        if error.status in (400, 403):
            return ""
        raise


def _forget_root(places: Places) -> None:
    gpg.forget(places.key)
    with contextlib.suppress(FileNotFoundError):
        os.unlink(places.root_token)
