"""A network or firewall state that would lock the operator out undoes itself, and the run says so."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from tests.lab.support import HOSTS, Config, Stack, ssh

WINDOW = 15


def ssh_from_elsewhere(config: Config) -> None:
    config["cloud:firewall"] = {"confirmWithin": WINDOW, "sshFrom": ["198.51.100.0/24"]}


def route_into_nowhere(config: Config) -> None:
    """A static route that sends the answers to the operator's machine to a router that does not exist."""
    config["cloud:firewall"] = {"confirmWithin": WINDOW}
    config["cloud:networks"]["management"]["routes"] = [{"to": "10.10.10.1/32", "via": "10.10.10.99"}]


@dataclass(frozen=True)
class Lockout:
    concern: str
    change: Callable[[Config], None]
    live: str
    """Prints what must be as before."""


LOCKOUTS = (
    Lockout("firewall", ssh_from_elsewhere, "nft --stateless list table inet cloud"),
    Lockout("network", route_into_nowhere, "cat /etc/netplan/*.yaml; ip -4 route"),
)


@pytest.mark.parametrize("lockout", LOCKOUTS, ids=lambda lockout: lockout.concern)
def test_a_lockout_is_rolled_back_and_the_run_says_so(stack: Stack, lockout: Lockout) -> None:
    before = {host: ssh(host, lockout.live).stdout for host in HOSTS}
    done = stack.edited(lockout.concern, lockout.change).make("up")
    said = done.stdout + done.stderr
    assert done.returncode != 0, said
    for host in HOSTS:
        assert any(
            host in line and lockout.concern in line and "rolled back" in line for line in said.splitlines()
        ), f"{host} is not named:\n{said}"
    assert {host: ssh(host, lockout.live).stdout for host in HOSTS} == before
    stack.up()
    assert {host: ssh(host, lockout.live).stdout for host in HOSTS} == before
    code = stack.ops("drift")
    assert code.returncode == 0, code.stdout + code.stderr
