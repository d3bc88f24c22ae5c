"""Hosts pull images that `make images` made, from a real registry, as the stack file says."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.lab.support import Config, Stack, run, ssh
from tests.lab.test_15_services import with_services

pytestmark = pytest.mark.usefixtures("bring_up")

HOST = "mon01"
BASE = f"hosts-{HOST}-base"
REGISTRY = "10.10.10.2:5000"
IMAGE = f"{REGISTRY}/openstack.kolla/cron:2026.1-debian-trixie"


def with_registry(config: Config) -> None:
    with_services(config)
    config["cloud:kolla"]["images"] = {"registry": REGISTRY, "insecure": True}


@pytest.fixture(scope="module")
def image() -> None:
    """An image in the registry, made of packages where it is not there yet."""
    made = run("make", "images", "RELEASE=2026.1", "ARGS=cron", timeout=2400)
    assert made.returncode == 0, made.stdout + made.stderr


@pytest.fixture(scope="module")
def docker_knows() -> Iterator[None]:
    """A host whose Docker was told of the registry by the stack file."""
    plain = Stack()
    plain.edited("registry", with_registry).with_passwords().up_only(BASE)
    yield
    ssh(HOST, f"docker rmi --force {IMAGE}")
    plain.up_only(BASE)
    plain.up()


@pytest.mark.usefixtures("image", "docker_knows")
def test_a_host_pulls_an_image_from_the_sites_registry_and_runs_it() -> None:
    ssh(HOST, f"docker pull --quiet {IMAGE}", timeout=300)
    ran = ssh(HOST, f"docker run --rm --network none --entrypoint cat {IMAGE} /etc/os-release")
    assert "trixie" in ran.stdout


@pytest.mark.usefixtures("docker_knows")
def test_an_image_that_is_not_there_is_one_line() -> None:
    answer = ssh(HOST, f"docker pull {REGISTRY}/openstack.kolla/nova-api:2099.1", check=False)
    assert answer.returncode != 0
    assert "not found" in answer.stderr
