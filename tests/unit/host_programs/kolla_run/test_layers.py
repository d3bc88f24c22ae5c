"""What an image takes on a host, by what a registry tells of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from host_programs.kolla_run import layers
from host_programs.kolla_run.layers import Layer
from host_programs.kolla_run.registry import Login, Registry, parse
from tests.unit.host_programs.kolla_run.registry_server import PASSWORD, Server

GZIP = "application/vnd.docker.image.rootfs.diff.tar.gzip"
DIFFS = [
    "sha256:5824945d993a906b463f87c26c86202a541c0f0ef09bafd93772db46f3968cca",
    "sha256:943e041a6be629782bd4dac2793135d56a3d4ac029457d8d7c19686b6782f288",
    "sha256:b4c1e0b810427586ba60d1a625bb34dbe6571aff687f9ae209713f1b18fd026d",
]
CHAINS = [
    "sha256:5824945d993a906b463f87c26c86202a541c0f0ef09bafd93772db46f3968cca",
    "sha256:03d3c9d6dfe4ce332d54cbb651aa66f0bf7e15eb12d1a588485fb24d66c2a467",
    "sha256:305e3d7ef6f728f32ca967e57539fc27ce3a76519b486a30c7da45669a8cd839",
]
"""As Docker 20.10 named the layers of those diff ids in its folder."""


@pytest.fixture
def plain() -> Iterator[Server]:
    found = Server()
    yield found
    found.close()


def ask(server: Server, machine: str = "x86_64") -> list[Layer]:
    registry = Registry(server.host, Login("kolla", PASSWORD, insecure=True), {})
    registry.reach()
    return layers.of(registry, parse(f"{server.host}/ns/nova-api:2025.1"), machine)


def test_layers_are_named_as_docker_does() -> None:
    assert layers.chains(DIFFS) == CHAINS
    assert layers.chains([]) == []


def test_a_manifest_gives_sizes_and_its_config_gives_names(plain: Server) -> None:
    plain.image("nova-api", (DIFFS[0], 1000), (DIFFS[1], 10))
    assert ask(plain) == [Layer(CHAINS[0], 1000), Layer(CHAINS[1], 10)]


@pytest.mark.parametrize(
    ("media", "size"),
    [
        (GZIP, 2000),
        ("application/vnd.oci.image.layer.v1.tar+gzip", 2000),
        ("application/vnd.oci.image.layer.v1.tar+zstd", 2000),
        ("application/vnd.oci.image.layer.v1.tar", 1000),
        ("application/vnd.docker.image.rootfs.diff.tar", 1000),
    ],
)
def test_a_compressed_layer_takes_more_than_it_weighs(media: str, size: int) -> None:
    assert layers.unpacked(media, 1000) == size


def test_of_an_index_the_hosts_own_architecture_counts(plain: Server) -> None:
    plain.image("nova-api", (DIFFS[0], 1000))
    tagged = "/v2/ns/nova-api/manifests/2025.1"
    plain.documents["/v2/ns/nova-api/manifests/sha256:arm"] = plain.documents[tagged]
    platforms = {"sha256:unknown": "unknown", "sha256:amd": "amd64", "sha256:arm": "arm64"}
    plain.documents[tagged] = {
        "manifests": [
            {"digest": digest, "platform": {"os": "linux", "architecture": architecture}}
            for digest, architecture in platforms.items()
        ]
    }
    assert ask(plain, "aarch64") == [Layer(CHAINS[0], 1000)]
    for other in ("x86_64", "s390x"):
        assert ask(plain, other) == []


@pytest.mark.parametrize(
    "manifest",
    [
        {},
        [],
        {"schemaVersion": 1, "fsLayers": [{"blobSum": "sha256:a"}]},
        {"config": {"digest": "sha256:gone"}, "layers": [{"mediaType": GZIP, "size": 1}]},
        {"config": {"digest": "sha256:nova-api"}, "layers": []},
    ],
)
def test_a_registry_that_gives_no_sizes_says_nothing(manifest: Any, plain: Server) -> None:
    plain.image("nova-api", (DIFFS[0], 1000))
    plain.documents["/v2/ns/nova-api/manifests/2025.1"] = manifest
    assert ask(plain) == []
    plain.close()
    assert layers.of(Registry(plain.host, Login()), parse(f"{plain.host}/ns/nova-api:2025.1"), "") == []


@pytest.mark.parametrize("scheme", ["basic", "bearer"])
def test_the_host_that_a_blob_lies_on_gets_no_login(scheme: str, plain: Server) -> None:
    server = Server(scheme)
    try:
        server.image("nova-api", (DIFFS[0], 1000))
        blob = "/v2/ns/nova-api/blobs/sha256:nova-api"
        plain.documents["/elsewhere"] = server.documents[blob]
        server.documents[blob] = f"http://{plain.host}/elsewhere"
        assert ask(server) == [Layer(CHAINS[0], 1000)]
        assert (plain.asked, plain.logins) == (["/elsewhere"], [""])
    finally:
        server.close()
