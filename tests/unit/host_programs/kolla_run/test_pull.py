"""Images are pulled only where they may be others, and only if the registry has all of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from host_programs.kolla_run import pulling, steps
from host_programs.kolla_run.errors import RunError
from host_programs.kolla_run.runner import FailedError
from tests.unit.host_programs.kolla_run.fake import FakeHost
from tests.unit.host_programs.kolla_run.registry_server import Server


@pytest.fixture
def plain() -> Iterator[Server]:
    found = Server()
    yield found
    found.close()


@pytest.fixture
def host(tmp_path: Path, plain: Server) -> FakeHost:
    found = FakeHost(tmp_path)
    found.options.update(docker_registry=plain.host, docker_registry_insecure=True, glance_tag="2025.1")
    found.images = [(name, f"{plain.host}/ns/glance-api:2025.1") for name in ("ctl01", "ctl02")]
    return found


ALL = ["pull (asked)", "room", "pull"]
GLANCE = ["pull --tags glance (asked)", "room", "pull --tags glance"]


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
    assert host.ran[1:] == ["pull (asked)", "pull"]


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
