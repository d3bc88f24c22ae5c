"""The lab with a cloud on it, brought up once by `make lab`: these tests come after all of the plain lab's.

A lab with a cloud that is there already is used, and stays (`make test-cloud`); one that was made for the tests goes.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from openstack.connection import Connection

from tests.lab.support import LAB, Stack, lab, make_lab
from tests.lab.with_cloud.monitoring import Monitoring

CLOUD_FILE = LAB / "Pulumi.lab.yaml"
API = "http://10.10.10.250:5000"
"""Keystone behind the internal VIP."""
NO_SECRET = {"etcd_cluster_token"}
"""What a cluster calls itself, so that members of another one do not join it; nobody gets in with it."""
LENGTH = 16
"""Characters that make a value a secret and no word: names of users are in the same file."""


@pytest.fixture(scope="session")
def deployed() -> Iterator[str]:
    """What `make lab` printed."""
    was_there = CLOUD_FILE.exists()
    yield make_lab("cloud", timeout=4500)
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
def cloud(passwords: dict[str, Any]) -> Iterator[Connection]:
    """The cloud's APIs, as its administrator, through the VIP."""
    connection = Connection(
        auth={
            "auth_url": API,
            "username": "admin",
            "password": passwords["keystone_admin_password"],
            "project_name": "admin",
            "user_domain_name": "Default",
            "project_domain_name": "Default",
        },
        region_name="RegionOne",
        interface="internal",
        identity_api_version="3",
    )
    yield connection
    connection.close()
