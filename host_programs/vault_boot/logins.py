"""The logins that the bootstrap makes: a policy, an AppRole and credentials in a file of root's."""

from __future__ import annotations

import json
from ipaddress import ip_network
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from host_programs.contract.vault_boot import SNAPSHOT_LOGIN
from host_programs.vault_api import AnsweredError, Api
from host_programs.vault_boot import policy
from host_programs.vault_boot.cluster import active
from host_programs.vault_boot.errors import BootError
from host_programs.vault_boot.founding import Reached
from host_programs.vault_boot.places import Places, read_json, write


class Login(NamedTuple):
    """One of them."""

    name: str
    """Of the policy and of the role."""
    policy: str
    file: str
    """Where its credentials are."""
    cidrs: list[str]
    """From where it may be used."""
    token_seconds: int
    longest_seconds: int


def of_pulumi(places: Places) -> Login:
    """With which every `pulumi up` logs in."""
    cidrs = places.settings["bound_cidrs"]
    return Login(policy.NAME, policy.POLICY, places.credentials, cidrs, 3600, 4 * 3600)


def of_snapshots(places: Places) -> Login:
    """With which each node takes snapshots; good on the nodes themselves alone, for one path."""
    addresses = [urlsplit(url).hostname or "" for url in places.settings["nodes"].values()]
    cidrs = sorted({f"{address}/{128 if ':' in address else 32}" for address in addresses})
    return Login(SNAPSHOT_LOGIN, policy.OF_SNAPSHOTS, places.snapshot_login, cidrs, 600, 600)


def bring_about(login: Login, node: Api, token: str, reached: Reached) -> None:
    """Policy, login method, role: written where they differ; credentials where none work."""
    path = f"sys/policies/acl/{login.name}"
    found = node.get(path, token)
    if found is None or found["data"]["policy"] != login.policy:
        node.put(path, {"policy": login.policy}, token)
    reached(f"{login.name}: policy")
    if "approle/" not in node.get("sys/auth", token)["data"]:
        node.put("sys/auth/approle", {"type": "approle"}, token)
    reached(f"{login.name}: login method")
    role: dict[str, Any] = {
        "token_policies": [login.name],
        "token_no_default_policy": True,
        "token_ttl": login.token_seconds,
        "token_max_ttl": login.longest_seconds,
        "token_bound_cidrs": login.cidrs,
        "secret_id_bound_cidrs": login.cidrs,
    }
    have = (node.get(_role(login), token) or {"data": {}})["data"]
    if _as_compared(role) != _as_compared({key: have.get(key) for key in role}):
        node.put(_role(login), role, token)
    reached(f"{login.name}: role")
    if not token_of(login, node):
        _new_credentials(login, node, token, reached)
        reached(f"{login.name}: credentials")


def token_of(login: Login, node: Api) -> str:
    """A token by the credentials; empty: there are none, or they are no longer valid."""
    return str(_log_in(login, node).get("client_token", ""))


def granted(login: Login, node: Api) -> list[str]:
    """The policies that a login by the credentials has; none: it does not work."""
    return list(_log_in(login, node).get("policies", []))


def _log_in(login: Login, node: Api) -> dict[str, Any]:
    credentials = read_json(login.file)
    if credentials is None:
        return {}
    try:
        return dict(node.put("auth/approle/login", credentials)["auth"])
    except AnsweredError as error:
        if error.status in (400, 403):
            return {}
        raise


def renew(places: Places, name: str) -> str:
    """Make new credentials with Pulumi's login; the old ones stay valid until `retire`.

    Raises:
        BootError: Pulumi's login does not work.
    """
    login, node, token = _by_pulumi(places, name)
    _write_new(login, node, token)
    return f"{login.file}: new; the old one is valid until vault-boot retire-logins {name}"


def retire(places: Places, name: str) -> str:
    """End all secret ids of a login but the one that is in its file; says how many. Errors as `renew`."""
    login, node, token = _by_pulumi(places, name)
    if not token_of(login, node):
        raise BootError(login.file, "does not work", f"run vault-boot new-login {name} first")
    secret_id = read_json(login.file)["secret_id"]
    found = node.put(f"{_role(login)}/secret-id/lookup", {"secret_id": secret_id}, token)
    others = [one for one in _accessors(login, node, token) if one != found["data"]["secret_id_accessor"]]
    for accessor in others:
        _end(login, node, token, accessor)
    return f"{len(others)} retired"


def _by_pulumi(places: Places, name: str) -> tuple[Login, Api, str]:
    pulumi = of_pulumi(places)
    node = active(places)
    token = token_of(pulumi, node)
    if not token:
        raise BootError(pulumi.file, "does not work", "docs/vault.md, Without credentials")
    return (pulumi if name == pulumi.name else of_snapshots(places)), node, token


def _new_credentials(login: Login, node: Api, token: str, reached: Reached) -> None:
    # Of a run that was killed before it wrote its own down, nobody knows it: none stays valid.
    for accessor in _accessors(login, node, token):
        _end(login, node, token, accessor)
    _write_new(login, node, token, reached)


def _write_new(login: Login, node: Api, token: str, reached: Reached | None = None) -> None:
    role_id = node.get(f"{_role(login)}/role-id", token)["data"]["role_id"]
    secret_id = node.put(f"{_role(login)}/secret-id", {}, token)["data"]["secret_id"]
    if reached:
        reached(f"{login.name}: secret id made")
    write(login.file, json.dumps({"role_id": role_id, "secret_id": secret_id}) + "\n")


def _accessors(login: Login, node: Api, token: str) -> list[str]:
    found = node.get(f"{_role(login)}/secret-id?list=true", token)
    return list(found["data"]["keys"]) if found else []


def _end(login: Login, node: Api, token: str, accessor: str) -> None:
    node.put(f"{_role(login)}/secret-id-accessor/destroy", {"secret_id_accessor": accessor}, token)


def _as_compared(role: dict[str, Any]) -> dict[str, Any]:
    """The vault tells a network of one address without its length."""
    return {
        key: sorted(str(ip_network(one, strict=False)) for one in value or ())
        if key.endswith("_cidrs")
        else value
        for key, value in role.items()
    }


def _role(login: Login) -> str:
    return f"auth/approle/role/{login.name}"
