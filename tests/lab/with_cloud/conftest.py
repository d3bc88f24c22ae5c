"""The lab with a cloud on it, brought up once by `make lab`: these tests come after all of the plain lab's.

A lab with a cloud that is there already is used, and stays (`make test-cloud`); one that was made for the tests goes.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from openstack.connection import Connection

from ops.openrc import clouds
from ops.stack import load
from tests.lab.support import LAB, Stack, lab, make_lab
from tests.lab.with_cloud.monitoring import Monitoring

CLOUD_FILE = LAB / "Pulumi.lab.yaml"
NO_SECRET = {"etcd_cluster_token"}
"""What a cluster calls itself, so that members of another one do not join it; nobody gets in with it."""
LENGTH = 16
"""Characters that make a value a secret and no word: names of users are in the same file."""


def profile(stack_file: str) -> str:
    """Of the lab's cloud, whose stack file this is; a lab without one, or none at all, gets the default."""
    kolla = (yaml.safe_load(stack_file) or {"config": {}})["config"].get("cloud:kolla", {})
    return "cloud-tls" if kolla.get("tls", {}).get("source") == "vault" else "cloud"


@pytest.fixture(scope="session")
def deployed() -> Iterator[str]:
    """What `make lab` printed."""
    was_there = CLOUD_FILE.exists()
    yield make_lab(profile(CLOUD_FILE.read_text() if was_there else ""), timeout=4500)
    if not was_there:
        lab("down")


@pytest.fixture
def stack(deployed: str) -> Stack:
    """The cloud's stack."""
    assert deployed
    return Stack(CLOUD_FILE)


@pytest.fixture(scope="session")
def passwords(deployed: str) -> dict[str, Any]:
    """The services' passwords by name; of a key pair both keys."""
    assert deployed
    found: dict[str, Any] = yaml.safe_load((LAB / "kolla" / "passwords.yml").read_text())
    return found


@pytest.fixture(scope="session")
def access(deployed: str) -> dict[str, Any]:
    """How the administrator reaches the internal endpoints, as `make openrc` writes it: from the stack file."""
    assert deployed
    return clouds(load("lab", CLOUD_FILE))["lab-internal"]


@pytest.fixture(scope="session")
def monitoring(passwords: dict[str, Any]) -> Monitoring:
    """The cloud's own."""
    lab("mail")  # starts the site's mail server
    return Monitoring(passwords)


@pytest.fixture(scope="session")
def secret(passwords: dict[str, Any]) -> dict[str, str]:
    """What nobody else may see, by name: of a key in several lines the longest."""
    texts = {
        name: value["private_key"] if isinstance(value, dict) else value for name, value in passwords.items()
    }
    longest = {name: max((text or "").splitlines() or [""], key=len) for name, text in texts.items()}
    return {name: line for name, line in longest.items() if len(line) >= LENGTH and name not in NO_SECRET}


@pytest.fixture(scope="session")
def cloud(access: dict[str, Any]) -> Iterator[Connection]:
    """The cloud's APIs, as its administrator, through the VIP."""
    connection = Connection(**access)
    yield connection
    connection.close()
