"""The lab with a cloud on it, made once by `make lab PROFILE=cloud`: these tests come after all of the plain lab's."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator

import pytest
import yaml
from openstack.connection import Connection

from tests.lab.support import LAB, ROOT, Stack

CLOUD_FILE = LAB / "Pulumi.cloud.yaml"
API = "http://10.10.10.250:5000"
"""Keystone behind the internal VIP."""


@pytest.fixture(scope="session")
def deployed() -> str:
    """What `make lab PROFILE=cloud` printed."""
    done = subprocess.run(
        ["make", "lab", "PROFILE=cloud"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=4500,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    output = done.stdout + done.stderr
    if done.returncode:
        pytest.exit(f"make lab PROFILE=cloud failed ({done.returncode}):\n{output[-8000:]}", returncode=1)
    return output


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
