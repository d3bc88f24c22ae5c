"""What the fake cloud does that is no plain making, showing, changing or deleting of an object."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.unit.toolchain.fake_collection import Body, Collection, RefusedError

Answer = tuple[int, Any]
Collections = Mapping[str, Collection]


def answer(collections: Collections, method: str, path: str, url: str, body: Any) -> Answer | None:
    """The answer of an action; None: it is none."""
    parts = path.strip("/").split("/")
    if parts[-2] in {"os-quota-sets", "quotas"}:
        return _quotas(collections[f"/{'/'.join(parts[:-1])}"], method, parts[-1], body)
    query = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
    service = {
        "identity": _identity,
        "network": _network,
        "image": _image,
        "load-balancer": _load_balancer,
        "key-manager": _key_manager,
    }.get(parts[0])
    return service(collections, method, parts[2:], query, body) if service else None


def _identity(
    collections: Collections, method: str, parts: list[str], query: Body, _body: Any
) -> Answer | None:
    roles = collections["roles"]
    match method, parts:
        case (("PUT" | "DELETE"), ["projects", project, "users", user, "roles", role]):
            name = f"{project}/{user}/{role}"
            if method == "PUT":
                roles.objects[name] = {}
            elif roles.objects.pop(name, None) is None:
                raise RefusedError(404, f"Could not find role assignment: {name}.")
            return 204, None
        case "GET", ["role_assignments"]:
            name = "/".join(query[part] for part in ("scope.project.id", "user.id", "role.id"))
            return 200, {"role_assignments": [{"id": name}] * (name in roles.objects)}
    return None


def _network(
    collections: Collections, method: str, parts: list[str], query: Body, body: Any
) -> Answer | None:
    match method, parts:
        case "PUT", ["routers", router, "add_router_interface" | "remove_router_interface" as action]:
            collections["/network/v2.0/routers"].get(router)
            return _interface(collections, router, body, add=action.startswith("add"))
        case "GET", ["networks"]:
            found = collections["/network/v2.0/networks"].objects.values()
            return 200, {
                "networks": [item for item in found if item["name"] == query.get("name", item["name"])]
            }
    return None


def _image(collections: Collections, method: str, parts: list[str], _query: Body, body: Any) -> Answer | None:
    match method, parts:
        case "PUT", ["images", image, "file"]:
            item = collections["/image/v2/images"].get(image)
            item |= {"status": "active", "size": len(body), "checksum": hashlib.md5(body).hexdigest()}  # noqa: S324
            return 204, None
        case "PATCH", ["images", image]:
            item = collections["/image/v2/images"].get(image)
            for step in body:
                name = step["path"].removeprefix("/")
                if (step["op"] == "replace") != (name in item):
                    raise RefusedError(409, f"can not {step['op']} {name}")
                item[name] = step["value"]
            return 200, item
    return None


def _load_balancer(
    collections: Collections, method: str, parts: list[str], _query: Body, body: Any
) -> Answer | None:
    match method, parts[1:]:
        case "POST", ["pools"]:
            made = collections["/load-balancer/v2.0/lbaas/pools"].create(body["pool"])
            if listener := body["pool"].get("listener_id"):
                owner = collections["/load-balancer/v2.0/lbaas/listeners"].get(listener)
                made["loadbalancers"] = owner["loadbalancers"]
            return 201, {"pool": made}
        case _, ["pools", _, "members", *rest]:
            return _member(collections["members"], method, rest, body)
    return None


def _key_manager(
    collections: Collections, method: str, parts: list[str], _query: Body, body: Any
) -> Answer | None:
    secrets = collections["/key-manager/v1/secrets"]
    match method, parts:
        case "POST", ["secrets"]:
            made = secrets.create({**body, "status": "ACTIVE"})
            made["secret_ref"] = f"http://keys/v1/secrets/{made['id']}"
            return 201, {"secret_ref": made["secret_ref"]}
        case "GET", ["secrets", secret]:
            item = secrets.get(secret)
            return 200, {
                name: value for name, value in item.items() if name not in {"payload", "metadata", "id"}
            }
        case (("GET" | "PUT"), ["secrets", secret, "metadata"]):
            item = secrets.get(secret)
            if method == "PUT":
                item["metadata"] = body["metadata"]
            return 200, {"metadata": item["metadata"]}
    return None


def _quotas(quotas: Collection, method: str, project: str, body: Any) -> Answer:
    if method == "DELETE":
        quotas.objects.pop(project, None)
        return 202, None
    found = quotas.objects.get(project) or dict(quotas.fields)
    if method == "PUT":
        quotas.check(body[quotas.key], fresh=False)
        quotas.objects[project] = found = {**found, **body[quotas.key]}
    return 200, {quotas.key: found}


def _interface(collections: Collections, router: str, body: Body, *, add: bool) -> Answer:
    ports = collections["/network/v2.0/ports"]
    if add:
        made = ports.create({"device_id": router, "fixed_ips": [{"subnet_id": body["subnet_id"]}]})
        return 200, {"port_id": made["id"], "subnet_id": body["subnet_id"], "id": router}
    ports.get(body["port_id"])
    del ports.objects[body["port_id"]]
    return 200, {}


def _member(members: Collection, method: str, rest: list[str], body: Any) -> Answer:
    if method == "POST":
        return 201, {"member": members.create(body["member"])}
    found = members.get(rest[0])
    if method == "DELETE":
        del members.objects[rest[0]]
        return 204, None
    if method == "PUT":
        members.check(body["member"], fresh=False)
        found.update(body["member"])
    return 200, {"member": found}
