"""Runs in Kolla's toolbox container: registers a service in Keystone with the modules of openstack.cloud, in one process.

Equal to Kolla-Ansible's role `service-ks-register` is what is done: for the same variables the same modules, of the
collection that is in the container, get the same arguments in the same order: services, endpoints, projects, users,
roles, assignments. So what counts as there already, what is updated in place, and whether a password is set again is
decided by the same code as ever. Different is only how: one interpreter and one login for all, not one for each. And the
first failure ends it, with what it was about; Ansible then tries the whole again, as the role's `retries` say.

Standard library, ansible-core and openstacksdk of the container; Python 3.9+.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

COLLECTIONS = "/usr/share/ansible/collections"
"""Where Kolla's image has them; else they are among Python's packages."""
CLOUD = "ansible_collections.openstack.cloud.plugins"
_TRUE = {"y", "yes", "on", "1", "true", "t", "1.0"}
"""What Ansible's filter `bool` takes for true, in lower case."""


class Call(NamedTuple):
    """One call of a module."""

    label: str
    """What it is about, for the operator."""
    module: str
    """Of the collection openstack.cloud."""
    args: dict[str, Any]
    """Without what all have in common; None: not given."""


class Ended(BaseException):
    """A module is done; no `except Exception` of its own may take it for trouble."""

    def __init__(self, result: dict[str, Any]) -> None:
        """Keep what it says; with `msg` it has failed."""
        super().__init__()
        self.result = result


def calls(given: dict[str, Any]) -> Iterator[Call]:
    """The calls for the variables of the role, in its order.

    Raises:
        KeyError: an entry lacks a key that it must have.
    """
    enabled = [row for row in given["services"] if truth(row.get("enabled", True))]
    users, domain = given["users"], given["domain"]
    for row in enabled:
        more = {"service_type": row.get("type"), "description": row.get("description")}
        args = {"name": row["name"], **more, "state": row.get("state", "present")}
        yield Call(f"service {row['name']}", "catalog_service", args)
    for row in enabled:
        for end in row["endpoints"]:
            args = {
                "service": row["name"],
                "url": end["url"],
                "endpoint_interface": end["interface"],
                "region": given["endpoint_region"],
                "state": row.get("state", "present"),
            }
            yield Call(f"endpoint {row['name']} {end['interface']} {end['url']}", "endpoint", args)
    for project in _once(row["project"] for row in users):
        yield Call(f"project {project}", "project", {"name": project, "domain": domain})
    for row in users:
        always = given["update_passwords"] and "password" in row
        args = {
            "default_project": row["project"],
            "name": row["user"],
            "password": row.get("password"),
            "update_password": "always" if always else "on_create",
            "domain": domain,
        }
        yield Call(f"user {row['user']}", "identity_user", args)
    for role in [*_once(row["role"] for row in users), *given["roles"]]:
        yield Call(f"role {role}", "identity_role", {"name": role})
    for row in [*users, *given["user_roles"]]:
        where = {scope: row.get(scope) for scope in ("project", "domain", "system")}
        args = {"user": row["user"], "role": row["role"], **where, "state": row.get("state", "present")}
        scope = next((value for value in where.values() if value), "nothing")
        yield Call(f"role {row['role']} of {row['user']} on {scope}", "role_assignment", args)


def truth(value: Any) -> bool:
    """As Ansible's filter `bool`."""
    return str(value).lower() in _TRUE


def work(todo: Iterable[Call], common: dict[str, Any], check: bool) -> dict[str, Any]:
    """Make the calls, up to the first that fails.

    Returns:
        the result of an Ansible module: `changed`, `done` with what was changed, `msg` if one failed.
    """
    done: list[str] = []
    for call in todo:
        args = {name: value for name, value in {**call.args, **common}.items() if value is not None}
        try:
            result = module_result(call.module, args, check)
        except Exception as error:  # noqa: BLE001 - whatever a library raises is this call's failure
            result = {"msg": f"{type(error).__name__}: {error}"}
        if "msg" in result:
            text = " ".join(str(result["msg"]).split())
            return {"changed": bool(done), "done": done, "msg": f"{call.label}: {text}"}
        if result.get("changed"):
            done.append(call.label)
    return {"changed": bool(done), "done": done}


def module_result(name: str, args: dict[str, Any], check: bool) -> dict[str, Any]:
    """What a module of the collection says of arguments."""
    base: Any = importlib.import_module(f"{CLOUD}.module_utils.openstack")
    base.AnsibleModule = lambda spec, **more: Frame(name, spec, args, check, more)
    try:
        importlib.import_module(f"{CLOUD}.modules.{name}").main()
    except Ended as ended:
        return ended.result
    return {"msg": f"{name} ended without a result"}


class Frame:
    """What a module of the collection needs of an AnsibleModule; its arguments are checked by Ansible itself."""

    _debug = False
    _verbosity = 0

    def __init__(self, name: str, spec: dict[str, Any], args: dict[str, Any], check: bool, more: Any) -> None:
        """Check the arguments, or end."""
        rules = importlib.import_module("ansible.module_utils.common.arg_spec")
        self._name = name
        self.check_mode = check and more.pop("supports_check_mode", False)
        if check and not self.check_mode:
            raise Ended({"changed": False, "skipped": True})
        more.pop("supports_check_mode", None)
        result = rules.ArgumentSpecValidator(spec, **more).validate(args)
        if result.error_messages:
            self.fail_json("; ".join(result.error_messages))
        self.params = result.validated_parameters

    def exit_json(self, **result: Any) -> None:
        """End well."""
        raise Ended({"changed": result.get("changed", False)})

    def fail_json(self, msg: str, **_: Any) -> None:
        """End badly."""
        raise Ended({"msg": msg or "failed without a message"})

    def say(self, *_: Any, **__: Any) -> None:
        """Nobody reads the logs and warnings of the container."""

    log = debug = warn = deprecate = say


def shared(connect: Callable[..., Any]) -> Callable[..., Any]:
    """The same connection, and thus one login, for the same arguments."""
    known: dict[str, Any] = {}

    def once(**config: Any) -> Any:
        key = json.dumps(config, sort_keys=True, default=str)
        if key not in known:
            known[key] = connect(**config)
        return known[key]

    return once


def main(given: dict[str, Any]) -> dict[str, Any]:
    """Do what is given: the arguments of the module of the host, and `check`."""
    if os.path.isdir(f"{COLLECTIONS}/ansible_collections/openstack/cloud"):
        sys.path.insert(0, COLLECTIONS)
    try:
        todo = list(calls(given))
    except KeyError as error:
        return {"msg": f"an entry has no {error}: see services, users and user_roles of the role"}
    # What a library prints must not get into the answer.
    with contextlib.redirect_stdout(sys.stderr):
        sdk: Any = importlib.import_module("openstack")
        # openstack.cloud 2.5 reads openstack.version as if it were imported, which newer SDKs no longer do themselves.
        importlib.import_module("openstack.version")
        sdk.connect = shared(sdk.connect)
        return work(todo, given["connection"], given["check"])


def _once(names: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(names))
