"""A registry that is down and an image that is not in it end a change in one line, before anything restarts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.lab.support import Stack, ssh
from tests.lab.with_cloud.containers import started

pytestmark = pytest.mark.cloud

REGISTRY = "10.10.10.2:5000"
TAG = "another-cloud"


def another_tag(config: dict[str, Any]) -> None:
    """Glance's images with a tag that nobody has made."""
    config["cloud:kolla"]["globals"]["glance_tag"] = TAG


@pytest.fixture
def changed(stack: Stack) -> Iterator[Stack]:
    """The stack with the change; afterwards all is as before."""
    yield stack.edited("another-tag", another_tag)
    ssh("mirror", "systemctl start docker-registry")
    stack.up()


def test_no_registry_and_no_image_are_one_line_each_and_nothing_restarts(changed: Stack) -> None:
    before = started()
    ssh("mirror", "systemctl stop docker-registry")
    refused = changed.make("up")
    assert refused.returncode != 0
    reported = [line for line in refused.stderr.splitlines() if line.startswith("  kolla-prechecks  ")]
    assert len(reported) == 1, refused.stderr
    assert ": registry: cannot be reached from the deploy host: " in reported[0]
    assert f"http://{REGISTRY}/v2/: Connection refused (start it, or see kolla.images.registry" in reported[0]

    # With the registry there, the step of the images alone: before it come minutes of rendering.
    ssh("mirror", "systemctl start docker-registry")
    step = "/usr/local/sbin/hostctl job test-pull -- /opt/kolla-run/kolla-run pull-changed"
    pulled = ssh("deploy", step, check=False, timeout=600)
    assert pulled.returncode == 1, pulled.stdout + pulled.stderr
    (line,) = pulled.stderr.splitlines()
    assert line.startswith("kolla-run: pull: "), pulled.stderr
    assert TAG in line
    assert f"not on {REGISTRY}" in line
    assert "it has the tags " in line
    assert started() == before
