"""A host that cannot prove who it is runs nothing."""

from __future__ import annotations

import re

from tests.lab.support import LAB, Config, Stack, ssh

SECOND_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGx1bmF0aWNzIGRvIG5vdCBsaXZlIGhlcmUgYW55bW9y"


def test_wrong_host_key_runs_no_command_and_names_both_fingerprints(stack: Stack) -> None:
    def impostor(config: Config) -> None:
        config["cloud:hosts"]["ceph02"]["hostKey"] = SECOND_KEY
        config["cloud:hosts"]["ceph02"]["sysctl"] = {"net.ipv4.tcp_keepalive_time": "612"}

    state_before = ssh("ceph02", "sha256sum /var/lib/hostctl/base.json").stdout
    done = stack.edited("impostor", impostor).make("up")
    printed = done.stdout + done.stderr
    assert done.returncode != 0
    assert "ceph02" in printed
    assert len(set(re.findall(r"SHA256:[A-Za-z0-9+/]{43}", printed))) == 2, printed
    assert ssh("ceph02", "sha256sum /var/lib/hostctl/base.json").stdout == state_before
    assert ssh("ceph02", "sysctl -n net.ipv4.tcp_keepalive_time").stdout.strip() != "612"
    stack.up()


def test_host_keys_prints_fingerprints_that_the_stack_knows(stack: Stack) -> None:
    before = (LAB / "known_hosts").read_text()
    done = stack.make("host-keys")
    assert done.returncode == 0, done.stderr
    assert len(re.findall(r"SHA256:[A-Za-z0-9+/]{43}", done.stdout)) >= 12
    assert (LAB / "known_hosts").read_text() == before
