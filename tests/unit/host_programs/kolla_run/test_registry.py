"""What is asked of a registry, and how its answers are told."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from host_programs.kolla_run import opener
from host_programs.kolla_run.errors import RunError
from host_programs.kolla_run.registry import Image, Login, Registry, parse, told
from tests.unit.host_programs.kolla_run.registry_server import PASSWORD, Server


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
    through = opener.proxies(str(path))
    assert through == {
        "http": f"http://{plain.host}",
        "https": f"http://{plain.host}",
        "no": "10.0.0.0/8,.lan",
    }
    with pytest.raises(RunError):
        Registry("registry.example:5000", Login(insecure=True), through).reach()
    assert plain.asked == ["http://registry.example:5000/v2/"]
    for spared in ("10.1.2.3:5000", "registry.lan", "lan"):
        assert opener.bypassed(spared, through["no"])
    assert not opener.bypassed("registry.wlan", through["no"])


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
