"""Whom `make drift` asks: a wrong host is never asked anything, and every refusal says which it was."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

from ops import access
from ops.access import Target
from ops.drift import inspect
from ops.progress import Progress
from ops.report import Report, exit_code
from tests.unit.ops.fake_host import FakeHost, group, login, operator, serving
from tests.unit.ops.test_drift import drift


def test_a_wrong_key_runs_nothing_and_names_both_fingerprints() -> None:
    host = FakeHost({"base": group()})

    async def body() -> Report:
        key = operator()
        async with serving({"ctl01": host}, key):
            other = replace(host.target, host_key=access.public_text(operator()))
            (report,) = await inspect(
                {"ctl01": other}, login(key), [], fix=True, progress=Progress(1, quiet=True), held=dict
            )
            assert access.fingerprint(other.host_key) in report.error
            assert access.fingerprint(host.target.host_key) in report.error
            return report

    assert asyncio.run(body()).error.startswith("wrong key: ")
    assert host.commands == []


def test_a_host_without_a_key_of_the_pinned_type_is_a_wrong_host() -> None:
    host = FakeHost({"base": group()})

    async def body() -> Report:
        key = operator()
        async with serving({"ctl01": host}, key):
            ecdsa = access.public_text(asyncio_key("ecdsa-sha2-nistp256"))
            pinned = replace(host.target, host_key=ecdsa)
            (report,) = await inspect(
                {"ctl01": pinned}, login(key), [], fix=False, progress=Progress(1, quiet=True), held=dict
            )
            assert access.fingerprint(host.target.host_key) in report.error
            return report

    assert asyncio.run(body()).error.startswith("wrong key: ")
    assert host.commands == []


def asyncio_key(kind: str) -> Any:
    import asyncssh

    return asyncssh.generate_private_key(kind)


def test_a_host_whose_key_is_not_known_is_not_asked() -> None:
    host = FakeHost({"base": group()})

    async def body() -> Report:
        key = operator()
        async with serving({"ctl01": host}, key):
            target = replace(host.target, host_key="")
            (report,) = await inspect(
                {"ctl01": target}, login(key), [], fix=False, progress=Progress(1, quiet=True), held=dict
            )
            return report

    assert "make host-keys" in asyncio.run(body()).error
    assert host.connections == 0


def test_a_refused_key_and_a_silent_port_are_told_apart() -> None:
    host = FakeHost({"base": group()})

    async def body() -> list[str]:
        async with serving({"ctl01": host}, operator()):
            refused, silent = host.target, host.target
            (first,) = await inspect(
                {"ctl01": refused},
                login(operator()),
                [],
                fix=False,
                progress=Progress(1, quiet=True),
                held=dict,
            )
        (second,) = await inspect(
            {"ctl01": silent}, login(operator()), [], fix=False, progress=Progress(1, quiet=True), held=dict
        )
        return [first.error, second.error]

    first, second = asyncio.run(body())
    assert first.startswith("refused: ")
    assert "cloud:ssh.user" in first
    assert second.startswith("unreachable: ")


def test_one_bastion_carries_all_hosts() -> None:
    hosts = {f"ctl0{n}": FakeHost({"base": group()}) for n in range(1, 4)}
    bastion = FakeHost()

    async def body() -> list[Report]:
        key = operator()

        class Hop(__import__("asyncssh").SSHServer):  # type: ignore[misc]
            def connection_requested(self, *_: object) -> bool:
                return True

        async with serving(hosts, key), serving({"bastion": bastion}, key, server_factory=Hop):
            by = replace(login(key), bastion=bastion.target, bastion_user="jump")
            targets = {name: host.target for name, host in hosts.items()}
            return await inspect(targets, by, [], fix=False, progress=Progress(3, quiet=True), held=dict)

    reports = asyncio.run(body())
    assert exit_code(reports) == 0, reports
    assert bastion.connections == 1


def test_a_wrong_bastion_stops_everything() -> None:
    wrong = Target("bastion", "127.0.0.1", access.public_text(operator()), 1)
    hosts = {"ctl01": FakeHost({"base": group()})}
    reports = drift(hosts, bastion=wrong, bastion_user="jump")
    assert "bastion" in reports[0].error
    assert hosts["ctl01"].connections == 0
