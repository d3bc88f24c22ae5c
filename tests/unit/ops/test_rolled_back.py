"""A roll-back is drift where the stack holds the rejected state for done, else a note that a repair ends."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest

from ops.report import Report, exit_code, render
from ops.rolled_back import Held, held
from ops.stack import StackError
from tests.unit.ops.fake_host import FakeHost, group
from tests.unit.ops.test_drift import drift

OLD, NEW = "0" * 64, "f" * 64


def host(*items: str, concern: str = "firewall", rejected: bool = True) -> FakeHost:
    """A host that has OLD because it rolled NEW back."""
    told = group(*items, status="rolled back")
    return FakeHost({concern: {**told, "rejected": NEW} if rejected else told, "base": group()})


def check(fake: FakeHost, held: Held, *, fix: bool = False) -> Report:
    (report,) = drift({"ctl01": fake}, held=lambda: held, fix=fix)
    return report


def test_a_stack_that_holds_what_the_host_has_makes_it_a_note() -> None:
    report = check(host(), {("ctl01", "firewall"): OLD})
    assert exit_code([report]) == 0
    assert "note: the last change was rolled back" in render([report], 1.0)
    assert "1 of 1 hosts as declared" in render([report], 1.0)


def test_a_first_state_that_neither_has_is_a_note() -> None:
    fake = host()
    fake.groups["firewall"]["sha256"] = ""
    assert exit_code([check(fake, {})]) == 0


def test_a_repair_ends_the_note_without_a_confirmation() -> None:
    fake = host()
    report = check(fake, {("ctl01", "firewall"): OLD}, fix=True)
    assert (exit_code([report]), report.notes) == (0, {})
    assert fake.groups["firewall"]["status"] == "confirmed"
    assert not any("confirm" in command for _, command in fake.commands)


@pytest.mark.parametrize("fix", [False, True])
def test_a_stack_that_holds_the_rejected_state_is_told_and_no_repair_hides_it(fix: bool) -> None:
    fake = host()
    report = check(fake, {("ctl01", "firewall"): NEW}, fix=fix)
    assert exit_code([report]) == 3
    assert "Pulumi's state still records it as applied: run make up" in render([report], 1.0)
    assert not any("--fix" in command for _, command in fake.commands)


def test_other_groups_of_such_a_host_are_repaired() -> None:
    fake = host()
    fake.groups["base"] = group("swap on")
    report = check(fake, {("ctl01", "firewall"): NEW}, fix=True)
    assert report.fixed == {"base": ("swap on",)}
    assert list(report.drift) == ["firewall"]
    assert any(command.endswith("check base --fix --json") for _, command in fake.commands)


def test_drift_besides_the_rollback_is_repaired_where_the_stack_agrees() -> None:
    fake = host("rule")
    report = check(fake, {("ctl01", "firewall"): OLD}, fix=True)
    assert (exit_code([report]), report.fixed) == (0, {"firewall": ("rule",)})
    assert any("confirm firewall" in command for _, command in fake.commands)


def test_a_repair_that_was_rolled_back_is_no_note() -> None:
    report = check(host("rule", rejected=False), {("ctl01", "firewall"): OLD})
    assert (report.drift, report.notes) == ({"firewall": ("rule",)}, {})


def test_a_state_that_cannot_be_read_is_told_as_drift() -> None:
    def fails() -> Held:
        raise StackError("the state of stack prod cannot be read: no backend\nsecond line")

    (report,) = drift({"ctl01": host()}, held=fails)
    assert exit_code([report]) == 3
    assert "no backend): run make up" in render([report], 1.0)


def test_the_stack_is_read_once_and_only_for_a_rollback() -> None:
    asked = []

    def load() -> Held:
        asked.append(1)
        return {}

    drift({"ctl01": FakeHost({"base": group()})}, held=load)
    assert asked == []
    drift({f"ctl0{number}": host() for number in range(1, 4)}, held=load)
    assert asked == [1]


def command(name: str, create: str, stdin: str) -> dict[str, Any]:
    urn = f"urn:pulumi:lab::cloud::cloud:host:X$command:remote:Command::{name}"
    return {"urn": urn, "type": "command:remote:Command", "inputs": {"create": create, "stdin": stdin}}


def test_what_a_stack_holds_is_read_from_the_states_that_need_a_confirmation() -> None:
    apply = (
        "sudo -n timeout --kill-after=30 60 /usr/local/sbin/hostctl apply {} --expect abc --confirm-within 60"
    )
    export = {
        "deployment": {
            "resources": [
                command("prep-ctl01-network", apply.format("network"), "n"),
                command("fw-ctl01", apply.format("firewall"), "f"),
                command("prep-ctl01-base", "hostctl apply base --expect abc", "b"),
                {**command("fw-cmp01", apply.format("firewall"), "x"), "delete": True},
            ]
        }
    }
    assert held(export, ["ctl01", "cmp01"]) == {
        ("ctl01", "network"): hashlib.sha256(b"n").hexdigest(),
        ("ctl01", "firewall"): hashlib.sha256(b"f").hexdigest(),
    }
