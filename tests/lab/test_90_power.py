"""One machine off: the others are finished, and the run names it."""

from __future__ import annotations

import json
import os
import signal
from typing import Any

from tests.lab.support import HOSTS, Config, Stack, connections, lab, ssh

OFF = "cmp02"
KEY = "net.ipv4.tcp_keepalive_probes"


def test_the_other_eleven_finish_and_the_next_up_does_only_the_rest(stack: Stack) -> None:
    def change(config: Config) -> None:
        config["cloud:hostPrep"] = {**config.get("cloud:hostPrep", {}), "sysctl": {KEY: "7"}}

    changed = stack.edited("power", change)
    lab("power", "off", OFF)
    try:
        done = changed.make("up")
    finally:
        lab("power", "on", OFF)
    said = done.stdout + done.stderr
    assert done.returncode != 0, said
    summary = said.splitlines()[-25:]
    assert any(OFF in line for line in summary), said
    others = [host for host in HOSTS if host != OFF]
    for host in others:
        assert ssh(host, f"sysctl -n {KEY}").stdout.strip() == "7", host
        assert not any(f"{host}:" in line for line in summary), said

    before = {host: connections(host) for host in others}
    changed.up()
    assert ssh(OFF, f"sysctl -n {KEY}").stdout.strip() == "7"
    assert {host: connections(host) - 1 for host in others} == before
    stack.up()


def test_a_host_comes_back_from_a_power_cut_as_it_was(stack: Stack) -> None:
    rules = ssh(OFF, "nft --stateless list table inet cloud").stdout
    lab("power", "off", OFF)
    lab("power", "on", OFF)
    assert ssh(OFF, "nft --stateless list table inet cloud").stdout == rules
    drift = stack.ops("drift")
    assert drift.returncode == 0, drift.stdout + drift.stderr


def _status(host: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(lab("status", "--json").stdout)["hosts"][host]
    return found


def test_a_host_without_its_supervisor_counts_as_on_until_its_power_is_cut(stack: Stack) -> None:
    os.kill(_status(OFF)["pid"], signal.SIGKILL)
    half = _status(OFF)
    assert (half["running"], half["pid"]) == (True, None)
    lab("power", "off", OFF)
    assert not _status(OFF)["running"]
    lab("power", "on", OFF)
    drift = stack.ops("drift")
    assert drift.returncode == 0, drift.stdout + drift.stderr
