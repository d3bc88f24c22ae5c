"""Hosts without room for the images are told before anything is pulled; who is not sure is not refused."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from host_programs.kolla_run import layers, pulling, room
from host_programs.kolla_run.errors import RunError
from host_programs.kolla_run.layers import Layer
from host_programs.kolla_run.room import Host
from tests.unit.host_programs.kolla_run.fake import FakeHost
from tests.unit.host_programs.kolla_run.registry_server import Server

GIB = 2**30
BASE, OTHER = ("sha256:base", GIB), ("sha256:glance", 3 * GIB)
ALL = ["pull (asked)", "room", "pull"]


@pytest.fixture
def plain() -> Iterator[Server]:
    found = Server()
    found.image("glance-api", BASE, OTHER)
    found.image("nova-api", BASE, ("sha256:nova", 2 * GIB))
    yield found
    found.close()


@pytest.fixture
def host(tmp_path: Path, plain: Server) -> FakeHost:
    """Two hosts that need both images: 6 GiB, for they have one layer in common."""
    found = FakeHost(tmp_path)
    found.options.update(docker_registry=plain.host, docker_registry_insecure=True)
    found.images = [
        (host, f"{plain.host}/ns/{name}:2025.1")
        for host in ("net02", "net01")
        for name in ("glance-api", "nova-api")
    ]
    return found


def answers(host: FakeHost, **said: dict[str, Any]) -> None:
    """What hosts will answer."""

    def write() -> None:
        for name, answer in said.items():
            Path(host.paths.results, f"{name}.json").write_text(json.dumps(answer))

    host.on["room"] = write


def has(free: float, *images: list[str]) -> dict[str, Any]:
    return {"folder": "/var/lib/docker", "free": int(free * GIB), "machine": "x86_64", "images": images}


def test_hosts_that_are_too_full_are_one_line_and_nothing_is_pulled(host: FakeHost) -> None:
    answers(host, net01=has(4.19), net02=has(4.12))
    line = "net01, net02: at least 6.0 GiB of images to pull and 4.1 GiB free in /var/lib/docker"
    with pytest.raises(RunError) as caught:
        pulling.pull(host.kolla())
    assert str(caught.value) == (
        f"pull: {line} (enlarge its file system, or remove what no container uses: docker image prune --all)"
    )
    assert host.said.count(f"pull: {line}") == 1
    assert host.ran == ALL[:2]


def test_what_hosts_were_asked_names_only_those_that_pull(host: FakeHost) -> None:
    seen: list[Any] = []
    host.on["room"] = lambda: seen.append(json.loads(host.argv[-2]))
    pulling.pull(host.kolla())
    assert (seen[0]["names"], seen[0]["engine"]) == (["net01", "net02"], "docker")


@pytest.mark.parametrize(
    ("free", "images", "enough"),
    [
        (6.0, [], True),
        (5.99, [], False),
        (1.99, [["sha256:base", "sha256:glance"]], False),
        (2.0, [["sha256:base", "sha256:glance"]], True),
        # The same files on another layer are another layer.
        (2.0, [["sha256:base"], ["sha256:other", "sha256:glance"]], False),
        (0.0, [["sha256:base", "sha256:glance"], ["sha256:base", "sha256:nova"]], True),
    ],
)
def test_only_what_a_host_lacks_needs_room(
    free: float, images: list[list[str]], enough: bool, host: FakeHost
) -> None:
    answers(host, net01=has(free, *images), net02=has(100))
    if enough:
        pulling.pull(host.kolla())
    else:
        with pytest.raises(RunError, match="net01: at least"):
            pulling.pull(host.kolla())
    assert ("pull" in host.ran) is enough


def test_a_host_that_does_not_say_and_an_image_without_sizes_are_no_reason(
    host: FakeHost, plain: Server
) -> None:
    answers(host, net01={})
    pulling.pull(host.kolla())
    host.fails = {"room"}
    host.write("inventory", "another")
    pulling.pull(host.kolla())
    assert host.ran == ALL * 2
    assert not [line for line in host.said if "failed" in line]
    host.fails = set()
    plain.documents.clear()
    answers(host, net01=has(0), net02=has(0))
    host.write("inventory", "a third")
    pulling.pull(host.kolla())
    assert host.ran == ALL * 3


def test_a_registry_is_asked_once_for_each_image(host: FakeHost, plain: Server) -> None:
    answers(host, net01=has(100), net02=has(100))
    pulling.pull(host.kolla())
    assert sorted(path for path in plain.asked if path != "/v2/") == sorted(plain.documents)


def test_hosts_that_lack_different_amounts_have_lines_of_their_own() -> None:
    hosts = {
        name: Host("/srv/docker", free, "x86_64", frozenset())
        for name, free in {"a": GIB, "b": 2 * GIB, "c": GIB, "d": 9 * GIB}.items()
    }
    assert room.told(hosts, dict.fromkeys(hosts, 3 * GIB)) == [
        "a, c: at least 3.0 GiB of images to pull and 1.0 GiB free in /srv/docker",
        "b: at least 3.0 GiB of images to pull and 2.0 GiB free in /srv/docker",
    ]
    assert room.told({"a": hosts["a"]}, {"a": GIB + 1}) == [
        "a: at least 1.1 GiB of images to pull and 1.0 GiB free in /srv/docker"
    ]


def test_images_without_common_layers_need_all_of_them() -> None:
    first, second = (
        [Layer(chain, 5) for chain in layers.chains([name, "sha256:x"])] for name in ("sha256:a", "sha256:b")
    )
    assert room.lacking(Host("", 0, "", frozenset()), [first, second, first]) == 20
