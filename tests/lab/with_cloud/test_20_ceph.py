"""The cloud's storage is as declared, says when it is not, and keeps services out of each other's pools."""

from __future__ import annotations

import json

import pytest

from tests.lab.support import Stack, ssh

pytestmark = pytest.mark.cloud


def ceph(command: str) -> object:
    """What a Ceph command answers."""
    return json.loads(ssh("ceph01", f"ceph {command} --format json").stdout)


@pytest.mark.usefixtures("deployed")
def test_ceph_is_well() -> None:
    health = ceph("health")
    assert isinstance(health, dict)
    assert health["status"] == "HEALTH_OK", health


@pytest.mark.usefixtures("deployed")
@pytest.mark.parametrize(
    ("client", "pool", "allowed"),
    [
        ("cinder", "volumes", True),
        ("cinder", "backups", False),
        ("glance", "images", True),
        ("glance", "volumes", False),
    ],
)
def test_a_services_user_writes_to_its_own_pool_alone(client: str, pool: str, allowed: bool) -> None:
    script = (
        f"umask 077; ceph auth get client.{client} >/run/tests.keyring && echo x >/run/tests.object && "
        f"timeout 20 rados --name client.{client} --keyring /run/tests.keyring --pool {pool} put tests /run/tests.object; "
        "code=$?; rm -f /run/tests.keyring /run/tests.object; exit $code"
    )
    answer = ssh("ceph01", script, check=False)
    assert (answer.returncode == 0) == allowed, answer.stdout + answer.stderr
    if allowed:
        ssh("ceph01", f"rados --pool {pool} rm tests")
    else:
        assert "Operation not permitted" in answer.stderr


def test_a_pool_that_was_changed_by_hand_is_reported_and_repaired(stack: Stack) -> None:
    ssh("ceph01", "ceph osd pool set images size 2")
    found = stack.ops("drift")
    assert found.returncode == 3, found.stdout + found.stderr
    assert [line for line in found.stdout.splitlines() if "images" in line and "size" in line], found.stdout
    fixed = stack.ops("drift", "--fix")
    assert fixed.returncode == 0, fixed.stdout + fixed.stderr
    assert ssh("ceph01", "ceph osd pool get images size").stdout.split() == ["size:", "3"]
