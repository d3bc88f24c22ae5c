"""Each type of the openstack plugin lives its whole life on the fake cloud; the table is shared with the lab's tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.lifecycle import live
from tests.openstack.lifecycle import CASES, Plugin
from tests.unit.toolchain.fake_cloud import Cloud, fake_cloud
from tests.unit.toolchain.plugins import make
from toolchain.plugins.openstack.plugin import KINDS, provider


@pytest.fixture
def cloud() -> Iterator[Cloud]:
    with fake_cloud() as found:
        yield found


def test_every_type_has_a_case() -> None:
    assert {f"openstack:{kind}" for kind in CASES} == set(KINDS) == set(make("openstack").resources)


@pytest.mark.parametrize("kind", CASES)
def test_an_object_is_made_looked_at_changed_repaired_and_deleted(
    cloud: Cloud, kind: str, tmp_path: Path
) -> None:
    image = tmp_path / "image.raw"
    image.write_bytes(b"an image")
    given = {"EXTERNAL": "case-external", "FILE": str(image), "ROLE": "role-of-the-cloud"}
    external = cloud.collections["/network/v2.0/networks"].create({"name": "case-external"})

    live(lambda stub: Plugin(stub, cloud.config, given), kind, provider)
    del cloud.collections["/network/v2.0/networks"].objects[external["id"]]
    assert not any(collection.objects for collection in cloud.collections.values())
