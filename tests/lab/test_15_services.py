"""The firewall follows the services: what runs is open where it should be, what does not run is closed."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator

import pytest
import yaml

from tests.lab.support import ROOT, Config, Stack, lab, opens, run, ssh

pytestmark = pytest.mark.usefixtures("bring_up")

CONTROL = "ctl01"
PUBLIC_ADDRESS = "172.24.4.11"
MANAGEMENT_ADDRESS = "10.10.10.11"
API, DATABASE, METRICS, OFF = 5000, 3306, 9100, 8786
"""Keystone, MariaDB and the node exporter run in this cloud, Manila does not."""
PORTS = (API, DATABASE, METRICS, OFF)


def with_services(config: Config) -> None:
    """The profile `cloud` with Prometheus, and without what is made on a cloud that is there, or by `make lab`."""
    config |= yaml.safe_load((ROOT / "lab" / "profiles" / "cloud.yaml").read_text())
    del config["cloud:tenancy"], config["cloud:vault"]
    config["cloud:kolla"]["prometheus"]["enabled"] = True


def load_firewall(stack: Stack) -> None:
    """Bring about the firewall of one control host, and nothing else of the stack."""
    stack.up_only(f"firewall-{CONTROL}", f"firewall-{CONTROL}-confirm")


@pytest.fixture(scope="module")
def services() -> Iterator[Stack]:
    """The lab's stack with OpenStack's services, as far as one host's firewall."""
    plain = Stack()
    stack = plain.edited("services", with_services).with_passwords()
    load_firewall(stack)
    yield stack
    load_firewall(plain)
    plain.up()


@pytest.fixture(scope="module")
def listeners() -> Iterator[None]:
    """Something that answers on each port of a control host, on every address."""
    for port in PORTS:
        serve = f"python3 -m http.server {port} --directory /run/lock"
        ssh(CONTROL, f"systemd-run --quiet --collect --unit=listen-{port} {serve}")
    wanted = " ".join(f"-e :{port}" for port in PORTS)
    ssh(CONTROL, f"timeout 20 sh -c 'until ss -Hltn | grep -c {wanted} | grep -qx {len(PORTS)}; do :; done'")
    yield
    for port in PORTS:
        ssh(CONTROL, f"systemctl stop listen-{port}")


@pytest.fixture(scope="module")
def outsider() -> Iterator[str]:
    """A network namespace with an address on the external network."""
    name = "oc-test-outside"
    bridge = json.loads(lab("status", "--json").stdout)["networks"]["external"]["bridge"]
    commands = f"""
        ip netns add {name}
        ip link add oc-t-out type veth peer name eth0 netns {name}
        ip link set oc-t-out master {bridge} up
        ip -n {name} address add 172.24.4.77/24 dev eth0
        ip -n {name} link set eth0 up
    """
    try:
        for command in commands.strip().splitlines():
            subprocess.run(command.split(), check=True, timeout=20)
        yield name
    finally:
        subprocess.run(["ip", "netns", "delete", name], check=True, timeout=20)


def from_outside(namespace: str, port: int) -> bool:
    probe = f"import socket; socket.create_connection(('{PUBLIC_ADDRESS}', {port}), timeout=2)"
    return run("ip", "netns", "exec", namespace, "python3", "-c", probe).returncode == 0


@pytest.mark.usefixtures("listeners", "services")
def test_database_and_metrics_are_open_from_management_and_closed_from_outside(outsider: str) -> None:
    assert opens(MANAGEMENT_ADDRESS, DATABASE)
    assert opens(MANAGEMENT_ADDRESS, METRICS)
    assert from_outside(outsider, API), "an API must be reachable, or the next lines prove nothing"
    for port in (DATABASE, METRICS, 22):
        assert not from_outside(outsider, port), port


@pytest.mark.usefixtures("listeners", "services")
def test_a_service_that_is_off_is_closed_although_something_listens(outsider: str) -> None:
    assert not opens(MANAGEMENT_ADDRESS, OFF)
    assert not from_outside(outsider, OFF)


@pytest.mark.usefixtures("listeners")
def test_without_services_their_ports_close_again(services: Stack, outsider: str) -> None:
    load_firewall(Stack())
    assert not opens(MANAGEMENT_ADDRESS, DATABASE)
    assert not from_outside(outsider, API)
    load_firewall(services)
    assert opens(MANAGEMENT_ADDRESS, DATABASE)
