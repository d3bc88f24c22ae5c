"""Asking APIs over HTTP: what comes back, and what an error may say."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from host_programs.kolla_run.openstack import Cloud, NoAnswerError, fetcher

PASSWORD = "the-password-of-admin"


class Api(BaseHTTPRequestHandler):
    """Keystone, and a service that wants its token."""

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if asked["auth"]["identity"]["password"]["user"]["password"] != PASSWORD:
            return self._say(401, {"error": {"message": "wrong"}})
        url = f"http://{self.headers['Host']}/compute/v2.1"
        endpoints = [{"interface": "internal", "region_id": "RegionOne", "url": url}]
        catalogue = [{"type": "compute", "name": "nova", "endpoints": endpoints}]
        return self._say(201, {"token": {"catalog": catalogue}}, {"X-Subject-Token": "a-token"})

    def do_GET(self) -> None:
        if self.path == "/":
            self._say(300, {"versions": []})
        elif self.headers.get("X-Auth-Token") != "a-token":
            self._say(401, None)
        else:
            self._say(200, {"services": [{"binary": "nova-compute"}]})

    def _say(self, status: int, document: Any, headers: dict[str, str] | None = None) -> None:
        body = b"no json" if document is None else json.dumps(document).encode()
        self.send_response(status)
        for name, value in {**(headers or {}), "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Silence."""


@pytest.fixture
def url() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Api)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    thread.join()
    server.server_close()


def entry(url: str, password: str = PASSWORD) -> dict[str, Any]:
    auth = {"auth_url": url, "username": "admin", "password": password, "project_name": "admin"}
    return {"auth": {**auth, "user_domain_name": "Default", "project_domain_name": "Default"}}


def test_a_token_opens_the_lists_of_the_catalogues_services(url: str) -> None:
    cloud = Cloud(entry(url), fetcher())
    found = cloud.catalogue[0]
    assert (found.type, found.interface, found.region) == ("compute", "internal", "RegionOne")
    assert cloud.rows(f"{found.url}/os-services", "services") == [{"binary": "nova-compute"}]
    assert cloud.status(f"{url}/") == 300
    assert cloud.status(f"{found.url}/os-services") == 401, "who only looks shows no token"
    with pytest.raises(NoAnswerError, match="answers 200"):
        cloud.rows(f"{found.url}/os-services", "agents")


def test_a_wrong_password_and_a_closed_port_are_told_without_a_secret(url: str) -> None:
    with pytest.raises(NoAnswerError, match=r"^answers 401$"):
        Cloud(entry(url, "another-password"), fetcher())
    with pytest.raises(NoAnswerError, match="refused"):
        Cloud(entry("http://127.0.0.1:1"), fetcher())
    with pytest.raises(NoAnswerError, match="is no URL"):
        Cloud(entry("file:///etc/passwd"), fetcher())
