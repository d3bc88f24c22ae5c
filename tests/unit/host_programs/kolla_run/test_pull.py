"""Images: what is asked of a registry, how its answers are told, and when anything is pulled at all."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from host_programs.kolla_run import pulling, registry, steps
from host_programs.kolla_run.errors import RunError
from host_programs.kolla_run.registry import Image, Login, Registry, parse, told
from host_programs.kolla_run.runner import FailedError
from tests.unit.host_programs.kolla_run.fake import FakeHost

PASSWORD = "canary-of-the-registry"
BASIC = "Basic " + base64.b64encode(f"kolla:{PASSWORD}".encode()).decode()
HAS = {"ns/nova-api": ["2025.1"], "ns/glance-api": ["2025.1", "2026.1"]}


class Server:
    """A registry that keeps to the protocol: on 127.0.0.1, over http."""

    def __init__(self, scheme: str = "") -> None:
        server, self.asked = self, []  # type: tuple[Server, list[str]]
        self.status = 0

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                server.asked.append(self.path)
                code, text, headers = server._answer(self.path, self.headers.get("Authorization", ""), scheme)
                self.send_response(code)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(text.encode())

            def log_message(self, *_: Any) -> None:
                pass

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.host = f"127.0.0.1:{self._http.server_port}"
        threading.Thread(target=self._http.serve_forever, args=(0.01,), daemon=True).start()

    def close(self) -> None:
        self._http.shutdown()
        self._http.server_close()

    def _answer(self, path: str, given: str, scheme: str) -> tuple[int, str, dict[str, str]]:
        if self.status:
            return self.status, "", {}
        if path.startswith("/token?"):
            return (200, json.dumps({"token": "t"}), {}) if given == BASIC else (401, "", {})
        realm = f'Bearer realm="http://{self.host}/token",service="r"'
        wanted = {"": "", "basic": BASIC, "bearer": "Bearer t"}[scheme]
        if given != wanted:
            return 401, "", {"WWW-Authenticate": realm if scheme == "bearer" else 'Basic realm="r"'}
        if path == "/v2/":
            return 200, "{}", {}
        repository, _, rest = path.removeprefix("/v2/").partition("/manifests/")
        if rest:
            return (200 if rest in HAS.get(repository, []) else 404), "{}", {}
        repository = path.removeprefix("/v2/").removesuffix("/tags/list")
        return (200, json.dumps({"tags": HAS[repository]}), {}) if repository in HAS else (404, "", {})


@pytest.fixture(params=["", "basic", "bearer"])
def server(request: pytest.FixtureRequest) -> Iterator[Server]:
    found = Server(request.param)
    yield found
    found.close()


@pytest.fixture
def plain() -> Iterator[Server]:
    found = Server()
    yield found
    found.close()


def ask(host: str, **login: Any) -> Registry:
    return Registry(host, Login(**{"insecure": True, **login}), {})


def image(host: str, name: str, tag: str) -> Image:
    return parse(f"{host}/ns/{name}:{tag}")


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("10.0.0.2:5000/ns/nova-api:2025.1", ("10.0.0.2:5000", "ns/nova-api", "2025.1")),
        ("quay.io/openstack.kolla/nova-api:x", ("quay.io", "openstack.kolla/nova-api", "x")),
        ("localhost/nova-api", ("localhost", "nova-api", "latest")),
        ("kolla/nova-api:x", ("docker.io", "kolla/nova-api", "x")),
    ],
)
def test_a_name_is_taken_apart_as_docker_does(name: str, parts: tuple[str, ...]) -> None:
    assert tuple(parse(name)) == parts


def test_what_is_missing_is_found_with_the_tags_that_are_there_instead(server: Server) -> None:
    asked = ask(server.host, user="kolla", password=PASSWORD)
    asked.reach()
    images = [
        image(server.host, "nova-api", "2025.1"),
        image(server.host, "nova-api", "2026.1"),
        image(server.host, "zun-api", "2026.1"),
    ]
    assert asked.missing(images) == {images[1]: ["2025.1"], images[2]: []}
    assert "canary" not in str(server.asked)


@pytest.mark.parametrize("scheme", ["basic", "bearer"])
def test_a_refused_login_is_said_without_the_password(scheme: str) -> None:
    server = Server(scheme)
    try:
        with pytest.raises(
            RunError, match=r"refuses kolla \(HTTP 401\) \(see kolla.images.registryUser"
        ) as caught:
            ask(server.host, user="kolla", password="other").reach()
        assert "other" not in str(caught.value)
        without = ask(server.host)
        without.reach()
        with pytest.raises(RunError, match="shows none of 1 images without a login"):
            without.missing([image(server.host, "nova-api", "2025.1")])
    finally:
        server.close()


def test_a_registry_that_is_down_is_named_with_its_address_and_the_reason() -> None:
    server = Server()
    server.close()
    with pytest.raises(
        RunError,
        match=rf"registry: cannot be reached from the deploy host: https://{server.host}/v2/: Connection refused",
    ) as caught:
        ask(server.host, insecure=False).reach()
    assert "(start it, or see kolla.images.registry, insecure and packages.proxy)" in str(caught.value)


def test_http_is_spoken_only_where_the_registry_is_insecure(plain: Server) -> None:
    with pytest.raises(RunError, match="https://"):
        ask(plain.host, insecure=False).reach()
    assert plain.asked == []
    ask(plain.host).reach()


def test_what_is_no_registry_and_a_registry_in_trouble_are_no_missing_images(plain: Server) -> None:
    asked = ask(plain.host)
    asked.reach()
    plain.status = 503
    with pytest.raises(RunError, match=r"HTTP 503 for ns/nova-api:2025\.1"):
        asked.missing([image(plain.host, "nova-api", "2025.1")])
    plain.status = 404
    with pytest.raises(RunError, match="HTTP 404, which is not what a registry answers"):
        ask(plain.host).reach()


def test_dockers_proxies_are_used_but_for_what_they_spare(tmp_path: Path, plain: Server) -> None:
    path = tmp_path / "proxy.env"
    path.write_text(
        f"HTTP_PROXY=http://{plain.host}\nHTTPS_PROXY=http://{plain.host}\nNO_PROXY=10.0.0.0/8,.lan\n"
    )
    through = registry.proxies(str(path))
    assert through == {
        "http": f"http://{plain.host}",
        "https": f"http://{plain.host}",
        "no": "10.0.0.0/8,.lan",
    }
    with pytest.raises(RunError):
        Registry("registry.example:5000", Login(insecure=True), through).reach()
    assert plain.asked == ["http://registry.example:5000/v2/"]
    for spared in ("10.1.2.3:5000", "registry.lan", "lan"):
        assert registry._bypassed(spared, through["no"])
    assert not registry._bypassed("registry.wlan", through["no"])


def test_many_images_without_the_same_tag_are_one_line() -> None:
    names = [image("r:5", f"n{number}", "2026.1") for number in range(6)]
    odd = image("r:5", "odd", "2026.1")
    wanted = {**{name: {"ctl01", "ctl02"} for name in names}, odd: {"cmp01"}}
    lines = told("r:5", {**{name: ["2025.1"] for name in names}, odd: []}, wanted)
    assert lines == [
        "ns/odd:2026.1 is not on r:5; for cmp01",
        (
            "6 images with the tag 2026.1 are not on r:5 (ns/n0, ns/n1, ns/n2, ns/n3 and 2 more);"
            " it has the tags 2025.1; for ctl01, ctl02"
        ),
    ]


# --- when is pulled


@pytest.fixture
def host(tmp_path: Path, plain: Server) -> FakeHost:
    found = FakeHost(tmp_path)
    found.options.update(docker_registry=plain.host, docker_registry_insecure=True, glance_tag="2025.1")
    found.images = [(name, f"{plain.host}/ns/glance-api:2025.1") for name in ("ctl01", "ctl02")]
    return found


ALL = ["pull (asked)", "pull"]
GLANCE = ["pull --tags glance (asked)", "pull --tags glance"]


@pytest.mark.parametrize(
    ("change", "ran"),
    [
        ({}, []),
        ({"glance_logging_debug": True}, []),
        ({"glance_tag": "2026.1"}, GLANCE),
        ({"enable_zun": True}, ALL),
    ],
)
def test_only_what_may_have_other_images_is_pulled_again(
    change: dict[str, Any], ran: list[str], host: FakeHost
) -> None:
    pulling.pull(host.kolla())
    assert host.ran == ALL
    host.ran.clear()
    host.options.update(change)
    for again in (ran, []):
        pulling.pull(host.kolla())
        assert host.ran == again
        host.ran.clear()


def test_another_inventory_or_kolla_ansible_pulls_everything(host: FakeHost) -> None:
    pulling.pull(host.kolla())
    host.write("inventory", "another")
    pulling.pull(host.kolla())
    host.release(kolla_ansible="20.7.0")
    pulling.pull(host.kolla())
    assert host.ran == ALL * 3


def test_a_missing_image_is_one_line_for_all_its_hosts_and_nothing_is_pulled(
    host: FakeHost, plain: Server
) -> None:
    host.images = [(name, f"{plain.host}/ns/nova-api:2026.1") for name in ("ctl02", "ctl01")]
    line = f"ns/nova-api:2026.1 is not on {plain.host}; it has the tags 2025.1; for ctl01, ctl02"
    with pytest.raises(RunError, match=rf"^pull: {line} \(build or mirror them"):
        pulling.pull(host.kolla())
    assert host.ran == ALL[:1]
    assert host.said.count(f"pull: {line}") == 1
    host.images = []
    pulling.pull(host.kolla())
    assert host.ran[1:] == ALL


def test_a_registry_that_is_down_is_told_before_the_prechecks_and_only_where_images_are_pulled(
    host: FakeHost, plain: Server
) -> None:
    plain.close()
    line = rf"^registry: cannot be reached from the deploy host: https://{plain.host}/v2/: Connection refused"
    with pytest.raises(RunError, match=line):
        steps.prechecks(host.kolla(), (pulling.reach,))
    assert host.ran == []
    steps.prechecks(host.kolla())
    assert host.ran == ["prechecks"]


def test_a_pull_that_failed_is_done_again(host: FakeHost) -> None:
    host.fails = {"pull"}
    with pytest.raises(FailedError):
        pulling.pull(host.kolla())
    host.fails = set()
    host.ran.clear()
    pulling.pull(host.kolla())
    assert host.ran == ALL
