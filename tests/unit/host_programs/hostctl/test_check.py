"""What a check tells of a change that was rolled back, and what `--fix` makes of it."""

from __future__ import annotations

import contextlib
import json

import pytest

from host_programs.contract.hostctl import GroupReport
from host_programs.hostctl import check, cli
from host_programs.hostctl.errors import HostctlError
from host_programs.hostctl.state import digest
from tests.unit.host_programs.hostctl.confirmed import BAD, GOOD, Host


@pytest.fixture
def host() -> Host:
    """A host that rolled a change back."""
    made = Host()
    made.apply(BAD)
    made.undo()
    made.store.save_pending("network", set())
    return made


def look(host: Host) -> GroupReport:
    return check.look(host.system, host.store, "network")


def fix(host: Host) -> GroupReport:
    def hold(_what: str) -> contextlib.AbstractContextManager[None]:
        return contextlib.nullcontext()

    return check.fix(host.system, host.store, "network", hold, lambda _label: None)


def test_a_host_in_its_stored_state_is_not_drifted_by_an_earlier_rollback(host: Host) -> None:
    told = look(host)
    assert told["drift"] == []
    assert told["status"] == "rolled back"
    assert (told["sha256"], told["rejected"]) == (digest(GOOD), digest(BAD))
    assert told["notes"] == [
        "the last change was rolled back (not confirmed within 60 s); check --fix forgets it"
    ]


def test_a_look_changes_nothing(host: Host) -> None:
    host.system.changes = 0
    look(host)
    assert host.system.changes == 0


def test_a_fix_forgets_the_rollback_and_touches_nothing_else(host: Host) -> None:
    host.system.ran.clear()
    told = fix(host)
    assert (told["status"], told["drift"]) == ("confirmed", [])
    assert "notes" not in told
    assert host.system.ran == []
    assert host.system.read("/etc/x") == "good\n"
    assert host.store.state("network", ".rejected") == BAD


def test_the_rejected_state_cannot_be_confirmed_after_the_rollback_was_forgotten(host: Host) -> None:
    """An engine that holds the rejected state for done goes on failing until it applies it again."""
    fix(host)
    with pytest.raises(HostctlError, match="another state is active"):
        host.confirm(digest(BAD))


def test_drift_is_told_besides_the_rollback_and_its_repair_is_armed(host: Host) -> None:
    host.system.put("/etc/x", "edited by hand\n")
    assert look(host)["drift"]
    assert fix(host)["status"] == "armed"
    host.confirm(digest(GOOD))
    assert "notes" not in look(host)


def test_a_repair_that_was_rolled_back_leaves_drift_and_no_note() -> None:
    """It is the stored state itself that was rejected: whether the host has it is all there is to tell."""
    host = Host()
    host.system.put("/etc/x", "edited by hand\n")
    host.apply(GOOD)
    host.undo()
    told = look(host)
    assert told["drift"]
    assert "rejected" not in told
    assert "notes" not in told


def test_a_first_state_that_was_rolled_back_leaves_a_note_and_a_fix_forgets_it() -> None:
    host = Host(confirmed=False)
    host.apply(BAD)
    host.undo()
    host.store.save_pending("network", set())
    told = look(host)
    assert (told["drift"], told["sha256"], told["rejected"]) == ([], "", digest(BAD))
    assert fix(host)["status"] == "confirmed"
    assert host.store.state("network") is None


def test_a_first_apply_that_did_not_finish_is_drift_and_no_fix_can_end_it(host: Host) -> None:
    host.store.save_state("network", None)
    host.store.save_record("network", {**host.store.record("network"), "made": {"files": {"/etc/x": {}}}})
    assert look(host)["drift"] == ["the first apply did not finish: apply it again"]
    with pytest.raises(HostctlError, match="there is no state to fix it by"):
        fix(host)


@pytest.mark.parametrize(("argv", "status"), [([], "rolled back"), (["--fix"], "confirmed")])
def test_the_command_line_says_it_without_calling_it_drift(
    host: Host,
    argv: list[str],
    status: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(cli, "System", lambda: host.system)
    monkeypatch.setattr("os.geteuid", lambda: 0)
    monkeypatch.setattr("host_programs.hostctl.lock.held", lambda _what: contextlib.nullcontext())
    assert cli.main(["check", "network", "--json", *argv]) == 0
    assert json.loads(capsys.readouterr().out)["groups"]["network"]["status"] == status
