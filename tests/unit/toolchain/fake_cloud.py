"""A small strict OpenStack on loopback: what it does not know, it refuses, as the services do.

It is for the plugin's unit tests; the proof is the same table of cases against a real cloud.
"""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import yaml

from tests.unit.toolchain import fake_actions
from tests.unit.toolchain.fake_collection import Body, Collection, RefusedError

TOKEN = "canary-of-a-token"
PASSWORD = "canary-of-a-password"

_TABLE = yaml.safe_load(Path(__file__).with_name("data").joinpath("fake_cloud.yaml").read_text())


@dataclass
class Cloud:
    """What tests look at and change by hand."""

    url: str
    collections: dict[str, Collection]
    requests: list[tuple[str, str, Any]] = field(default_factory=list)
    answers: dict[str, tuple[int, Body]] = field(default_factory=dict)
    """What `METHOD /path-beginning` answers instead."""
    asked_for: str = "nothing yet"
    """Part of a path; `asked` is set when the answer to a request for it was given."""
    asked: threading.Event = field(default_factory=threading.Event)
    after_create: Callable[[Collection, Body], None] = lambda _collection, _made: None

    @property
    def config(self) -> Body:
        """For the provider."""
        return {
            "authUrl": f"{self.url}/identity/v3",
            "userName": "admin",
            "password": PASSWORD,
            "tenantName": "admin",
            "userDomainName": "Default",
            "projectDomainName": "Default",
            "region": "RegionOne",
        }


def _catalog(url: str) -> list[Body]:
    endpoint = {"region": "RegionOne", "region_id": "RegionOne", "interface": "public", "id": "e"}
    return [
        {"type": kind, "name": kind, "id": kind, "endpoints": [{**endpoint, "url": f"{url}{path}"}]}
        for kind, path in _TABLE["catalog"].items()
    ]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = (
        -1
    )  # an answer is sent at once: its second packet would wait for the first one's receipt, 40 ms
    cloud: Cloud

    def log_message(self, *_: Any) -> None:
        """Silence."""

    def handle_any(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        content = self.rfile.read(length)
        is_json = "json" in (self.headers.get("Content-Type") or "")
        body = json.loads(content) if content and is_json else content
        path = self.path.split("?")[0].rstrip("/")
        self.cloud.requests.append((self.command, path, body))
        try:
            status, answer = self._answer(path, body)
        except RefusedError as error:
            status, answer = error.status, {"error": {"message": str(error), "code": error.status}}
        data = b"" if answer is None else json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        if path.endswith("/auth/tokens"):
            self.send_header("X-Subject-Token", TOKEN)
        self.end_headers()
        self.wfile.write(data)
        if self.cloud.asked_for in path:
            self.cloud.asked.set()

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = handle_any  # noqa: N815

    def _answer(self, path: str, body: Any) -> tuple[int, Any]:
        for beginning, (status, answer) in self.cloud.answers.items():
            if f"{self.command} {path}".startswith(beginning):
                return status, answer
        if path == "/identity/v3/auth/tokens":
            return 201, self._token(body)
        if self.command == "GET" and path in _TABLE["versions"]:
            return 200, json.loads(json.dumps(_TABLE["versions"][path]).replace("URL", self.cloud.url))
        if self.headers.get("X-Auth-Token") != TOKEN:
            raise RefusedError(401, "The request you have made requires authentication.")
        if (
            special := fake_actions.answer(self.cloud.collections, self.command, path, self.path, body)
        ) is not None:
            return special
        for collection in self.cloud.collections.values():
            if path == collection.path or path.startswith(f"{collection.path}/"):
                return self._object(
                    collection, path.removeprefix(collection.path).strip("/").split("/"), body
                )
        raise RefusedError(404, f"no such resource {path}")

    def _token(self, body: Any) -> Body:
        if body["auth"]["identity"]["password"]["user"]["password"] != PASSWORD:
            raise RefusedError(401, "The request you have made requires authentication.")
        times = {"expires_at": "2099-01-01T00:00:00.000000Z", "issued_at": "2026-01-01T00:00:00.000000Z"}
        user = {"id": "u", "name": "admin", "domain": {"id": "default", "name": "Default"}}
        project = {"id": "p", "name": "admin", "domain": {"id": "default", "name": "Default"}}
        roles = [{"id": "r", "name": "admin"}]
        catalog = _catalog(self.cloud.url)
        return {
            "token": {
                **times,
                "methods": ["password"],
                "user": user,
                "project": project,
                "roles": roles,
                "catalog": catalog,
            }
        }

    def _object(self, collection: Collection, rest: list[str], body: Any) -> tuple[int, Any]:
        def shown(item: Body) -> Body:
            return item if collection.bare else {collection.key: item}

        match self.command, [part for part in rest if part]:
            case "POST", []:
                made = collection.create(body if collection.bare else body[collection.key])
                self.cloud.after_create(collection, made)
                return 201, shown(made)
            case "GET", [identity]:
                return 200, shown(collection.get(identity))
            case "PUT" | "PATCH", [identity]:
                changed = body if collection.bare else body[collection.key]
                collection.check(changed, fresh=False)
                collection.get(identity).update(changed)
                return 200, shown(collection.get(identity))
            case "DELETE", [identity]:
                collection.get(identity)
                del collection.objects[identity]
                return 204, None
            case "PUT", [identity, "tags"]:
                collection.get(identity)["tags"] = body["tags"]
                return 200, body
            case "GET", [identity, "os-extra_specs"]:
                return 200, {"extra_specs": collection.get(identity)["extra_specs"]}
            case "POST", [identity, "os-extra_specs" | "extra_specs"]:
                collection.get(identity)["extra_specs"].update(body["extra_specs"])
                return 200, body
            case "DELETE", [identity, "os-extra_specs" | "extra_specs", name]:
                del collection.get(identity)["extra_specs"][name]
                return 200, None
        raise RefusedError(404, f"no such action {self.command} {'/'.join(rest)}")


@contextlib.contextmanager
def fake_cloud() -> Iterator[Cloud]:
    """A cloud that is empty."""
    collections = {
        path: Collection(path, **{"key": path.rsplit("/", 1)[-1].removesuffix("s"), **item})
        for path, item in json.loads(json.dumps(_TABLE["collections"])).items()
    }
    handler = type("Handler", (_Handler,), {})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    cloud = handler.cloud = Cloud(f"http://127.0.0.1:{server.server_port}", collections)  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield cloud
    finally:
        server.shutdown()
        server.server_close()
