"""The lab with a cloud on it, brought up once by `make lab`: these tests come after all of the plain lab's.

A lab with a cloud that is there already is used, and stays (`make test-cloud`); one that was made for the tests goes.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import yaml
from openstack.connection import Connection

from tests.lab.support import LAB, Stack, lab, make_lab

CLOUD_FILE = LAB / "Pulumi.cloud.yaml"
API = "http://10.10.10.250:5000"
"""Keystone behind the internal VIP."""


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
def passwords(deployed: str) -> dict[str, str]:
    """The services' passwords by name."""
    assert deployed
    found: dict[str, str] = yaml.safe_load((LAB / "kolla" / "passwords.yml").read_text())
    return found


@pytest.fixture(scope="session")
def cloud(passwords: dict[str, str]) -> Iterator[Connection]:
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
