"""What somebody changed by hand is named, and repaired alone."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from host_programs.contract.kolla_run import KOLLA_USER
from tests.lab.support import HOSTS, Stack, ssh

FOUND = 3


@dataclass(frozen=True)
class Drift:
    """A change by hand, what the report must name, and a command that proves the repair."""

    host: str
    by_hand: str
    named: str
    repaired: str


DRIFTS = (
    Drift(
        "ctl02",
        "sysctl -qw net.ipv4.ip_forward=0",
        "net.ipv4.ip_forward",
        "sysctl -n net.ipv4.ip_forward | grep -x 1",
    ),
    Drift(
        "net01",
        "echo x >>/etc/docker/daemon.json",
        "/etc/docker/daemon.json",
        "python3 -m json.tool /etc/docker/daemon.json",
    ),
    Drift("cmp01", "systemctl stop chrony", "chrony.service", "systemctl is-active chrony"),
    Drift(
        "ceph01",
        "nft add rule inet cloud input tcp dport 3306 accept",
        "nftables",
        "! nft list chain inet cloud input | grep -E '^\\s*tcp dport 3306 accept$'",
    ),
    Drift("mon01", "dpkg --purge --force-depends git", "git", "git --version"),
    # What another file overrules, though ours is as it was.
    Drift(
        "cmp02",
        "printf 'Port 22\nPasswordAuthentication yes\n' >/etc/ssh/sshd_config.d/00-x.conf; systemctl reload ssh",
        "00-x.conf",
        "sshd -T | grep -x 'passwordauthentication no' && sshd -T | grep -x 'port 22'",
    ),
    Drift(
        "ctl03",
        "echo net.ipv4.ip_forward=0 >>/etc/sysctl.conf",
        "net.ipv4.ip_forward",
        "! grep -x net.ipv4.ip_forward=0 /etc/sysctl.conf && sysctl -n net.ipv4.ip_forward | grep -x 1",
    ),
    Drift(
        "ceph02",
        "mkdir -p /etc/systemd/journald.conf.d && printf '[Journal]\nStorage=none\n' >/etc/systemd/journald.conf.d/90-x.conf",
        "90-x.conf",
        "! grep -x Storage=none /etc/systemd/journald.conf.d/90-x.conf",
    ),
    Drift(
        "ctl01",
        "ip address delete 10.10.20.11/24 dev bond1",
        "bond1 address 10.10.20.11/24",
        "ip -4 -oneline address show dev bond1 | grep -F ' 10.10.20.11/24 '",
    ),
    Drift(
        "mon01",
        "printf '[Match]\nName=bond0\n[Network]\nAddress=10.10.10.51/24\nGateway=10.10.10.1\n'"
        " >/etc/systemd/network/05-x.network && networkctl reload",
        "05-x.network",
        "test ! -e /etc/systemd/network/05-x.network",
    ),
    Drift("ceph03", "hostname wrong", "hostname", "hostname | grep -x ceph03"),
)


def report(stack: Stack, *settings: str) -> tuple[int, str]:
    # make itself exits 2 when a command fails, so the exit code 3 is read from the program.
    done = stack.ops("drift", *settings)
    return done.returncode, done.stdout + done.stderr


def test_an_untouched_cloud_has_no_drift(stack: Stack) -> None:
    code, printed = report(stack)
    assert code == 0, printed


@pytest.fixture(scope="module")
def drifted() -> tuple[Drift, ...]:
    for drift in DRIFTS:
        ssh(drift.host, drift.by_hand)
    return DRIFTS


def test_drift_names_host_and_item_and_exits_3(stack: Stack, drifted: tuple[Drift, ...]) -> None:
    code, printed = report(stack)
    assert code == FOUND, printed
    for drift in drifted:
        assert any(drift.host in line and drift.named in line for line in printed.splitlines()), (
            drift,
            printed,
        )
    for host in set(HOSTS) - {drift.host for drift in drifted}:
        assert host not in printed, printed


def test_make_drift_fails_and_fix_repairs_only_what_drifted(stack: Stack, drifted: tuple[Drift, ...]) -> None:
    assert stack.make("drift").returncode != 0
    untouched = {
        host: ssh(host, "stat --format %Y /etc/docker/daemon.json").stdout for host in ("ctl02", "deploy")
    }
    code, printed = report(stack, "--fix")
    assert code == 0, printed
    for drift in drifted:
        ssh(drift.host, drift.repaired)
    assert {
        host: ssh(host, "stat --format %Y /etc/docker/daemon.json").stdout for host in untouched
    } == untouched
    code, printed = report(stack)
    assert code == 0, printed


def test_what_overrules_sudoers_is_named_and_left_to_the_operator(stack: Stack) -> None:
    """A mistake in such a file locks everybody out, so hostctl changes none but its own."""
    ssh("net02", f"echo '{KOLLA_USER} ALL=(ALL) PASSWD: ALL' >/etc/sudoers.d/90-x")
    try:
        code, printed = report(stack, "--fix")
    finally:
        ssh("net02", "rm /etc/sudoers.d/90-x")
    assert code == 1, printed
    (failed,) = [line for line in printed.splitlines() if line.split()[:2] == ["net02", "failed"]]
    assert "(take this out of /etc/sudoers.d/90-x)" in failed
    code, printed = report(stack)
    assert code == 0, printed
