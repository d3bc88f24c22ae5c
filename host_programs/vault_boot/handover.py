"""Hands the vault over: Pulumi gets a role of its own, the first token is revoked."""

from __future__ import annotations

import contextlib
import os

from host_programs.vault_api import AnsweredError, Api, until
from host_programs.vault_boot import gpg, logins
from host_programs.vault_boot.cluster import active
from host_programs.vault_boot.errors import BootError
from host_programs.vault_boot.founding import Reached
from host_programs.vault_boot.opening import refuse_sealed
from host_programs.vault_boot.places import Places

_JOIN_SECONDS = 180
_NOT_YET = (500, 503)
"""Statuses of a node that is sealed or knows no leader."""


def hand_over(places: Places, reached: Reached) -> str:
    """Bring the roles of Pulumi and of the snapshots about, prove that they work, revoke the first token; says what it did.

    Raises:
        BootError: the vault is sealed, nodes are missing, or there is no token to work with.
    """
    refuse_sealed(places)
    node = Api(places.settings["nodes"][places.founder], places.settings["ca"])
    until("vault", _JOIN_SECONDS, lambda: _not_ready(node))
    node = active(places)
    root = root_token(places, node)
    pulumi = logins.of_pulumi(places)
    token = root or logins.token_of(pulumi, node)
    if not token:
        fix = "make a root token with the operators' shares; docs/vault.md, Without credentials"
        raise BootError("vault", "there is neither a first token nor a login of Pulumi's", fix)
    until("the cluster", _JOIN_SECONDS, lambda: _missing_voters(places, node, token))
    reached("joined")
    for login in (pulumi, logins.of_snapshots(places)):
        logins.bring_about(login, node, token, reached)
        granted = logins.granted(login, node)
        if granted != [login.name]:
            reason = f"has the policies {granted}"
            raise BootError(f"login {login.name}", reason, f"it must have `{login.name}` alone")
    if root:
        node.put("auth/token/revoke-self", {}, root)
        reached("revoked")
    forget_root(places)
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


def root_token(places: Places, node: Api) -> str:
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


def forget_root(places: Places) -> None:
    """Destroy the first token and the key that opens it."""
    gpg.forget(places.key)
    with contextlib.suppress(FileNotFoundError):
        os.unlink(places.root_token)
