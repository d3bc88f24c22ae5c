"""Arming, confirming and undoing: whoever comes first decides, and the last confirmed state is what stays."""

from __future__ import annotations

import pytest

from host_programs.contract.hostctl import EXIT_NOT_ACTIVE
from host_programs.hostctl import rollback
from host_programs.hostctl.errors import HostctlError
from host_programs.hostctl.state import digest
from host_programs.hostctl.store import Store
from tests.unit.host_programs.hostctl.confirmed import BAD, GOOD, WORSE, Host
from tests.unit.host_programs.hostctl.fake import FakeSystem, Killed

TIMER = "/etc/systemd/system/hostctl-rollback-network.timer"
BOOT = "/etc/systemd/system/hostctl-restore-network.service"


@pytest.fixture
def host() -> Host:
    return Host()


def test_a_confirmed_change_stays_and_nothing_is_armed_any_more(host: Host) -> None:
    host.apply(BAD)
    assert host.system.exists(TIMER)
    assert host.system.exists(BOOT)
    host.confirm(digest(BAD))
    assert host.status == "confirmed"
    assert not host.system.exists(TIMER)
    assert not host.system.exists(BOOT)
    assert host.undo() == []
    assert host.system.read("/etc/x") == "bad\n"


def test_an_unconfirmed_change_is_undone_and_the_rejected_state_is_kept(host: Host) -> None:
    host.apply(BAD)
    host.undo()
    assert host.system.read("/etc/x") == "good\n"
    assert host.system.read("/etc/y") is None
    assert host.store.state("network") == GOOD
    assert "bad" in (host.system.read("/var/lib/hostctl/network.rejected.json") or "")
    with pytest.raises(HostctlError, match="rolled back: not confirmed within 60 s") as caught:
        host.confirm(digest(BAD))
    assert caught.value.code == EXIT_NOT_ACTIVE


def test_after_a_rollback_the_next_good_state_works(host: Host) -> None:
    host.apply(BAD)
    host.undo()
    host.apply(WORSE)
    host.confirm(digest(WORSE))
    assert host.status == "confirmed"
    host.apply(GOOD)
    host.undo()
    assert host.system.read("/etc/x") == "worse\n"


def test_a_rolled_back_group_is_confirmed_by_applying_what_is_there(host: Host) -> None:
    host.apply(BAD)
    host.undo()
    assert host.apply(GOOD).changed == []
    host.confirm(digest(GOOD))
    assert host.status == "confirmed"


def test_nothing_to_change_arms_nothing_and_is_confirmed_at_once(host: Host) -> None:
    assert host.apply(GOOD).changed == []
    assert not host.system.exists(TIMER)
    host.confirm(digest(GOOD))


def test_another_state_than_the_active_one_is_not_confirmed(host: Host) -> None:
    host.apply(BAD)
    with pytest.raises(HostctlError, match="another state is active") as caught:
        host.confirm(digest(WORSE))
    assert caught.value.code == EXIT_NOT_ACTIVE
    assert host.status == "armed"


def test_nothing_applied_means_nothing_to_confirm() -> None:
    system = FakeSystem()
    with pytest.raises(HostctlError, match="nothing was applied"):
        rollback.confirm(system, Store(system), "network")


def test_a_second_apply_while_armed_goes_back_to_the_last_confirmed_state(host: Host) -> None:
    host.apply(BAD)
    host.apply(WORSE)
    host.undo()
    assert host.system.read("/etc/x") == "good\n"
    assert host.system.read("/etc/y") is None
    assert host.store.state("network") == GOOD


def test_the_same_apply_while_armed_can_still_be_confirmed(host: Host) -> None:
    host.apply(BAD)
    assert host.apply(BAD).changed == []
    assert host.status == "armed"
    host.confirm(digest(BAD))
    assert host.status == "confirmed"


def test_an_armed_group_takes_no_apply_without_a_window(host: Host) -> None:
    host.apply(BAD)
    with pytest.raises(HostctlError, match="is armed"):
        host.apply(WORSE, window=None)


def test_an_apply_that_fails_while_armed_is_undone_at_once(host: Host) -> None:
    host.system.no_space = ("/etc/y",)
    with pytest.raises(HostctlError, match=r"/etc/y: no space.*; rolled back"):
        host.apply(BAD)
    assert host.system.read("/etc/x") == "good\n"
    assert host.store.state("network") == GOOD
    with pytest.raises(HostctlError, match="rolled back: the apply failed"):
        host.confirm()


def test_everything_is_armed_before_the_first_change(host: Host) -> None:
    """Wherever the apply dies, either nothing was touched or the timer and the boot unit will undo it."""
    for step in range(1, 40):
        victim = Host()
        victim.system.changes, victim.system.die_at = 0, step
        try:
            victim.apply(BAD)
        except Killed:
            victim.system.die_at = None
            touched = victim.system.read("/etc/x") != "good\n" or victim.system.exists("/etc/y")
            if touched:
                assert victim.system.exists(TIMER)
                assert victim.system.exists(BOOT)
                assert any(
                    words.startswith("systemctl restart hostctl-rollback") for words in victim.system.ran
                )
                victim.undo()
                assert victim.system.read("/etc/x") == "good\n"
                assert not victim.system.exists("/etc/y")
                assert victim.store.state("network") == GOOD
        else:
            return
    pytest.fail("the apply never came to its end")


def test_an_unfinished_apply_cannot_be_confirmed(host: Host) -> None:
    host.system.changes, host.system.die_at = 0, None
    host.apply(BAD)
    total = host.system.changes
    victim = Host()
    victim.system.changes, victim.system.die_at = 0, total - 3
    with pytest.raises(Killed):
        victim.apply(BAD)
    victim.system.die_at = None
    with pytest.raises(HostctlError, match=r"apply has not finished|another state"):
        victim.confirm(digest(BAD))


def test_a_rollback_that_is_killed_is_completed_by_the_next_one() -> None:
    for step in range(1, 40):
        victim = Host()
        victim.apply(BAD)
        victim.system.changes, victim.system.die_at = 0, step
        try:
            victim.undo()
        except Killed:
            victim.system.die_at = None
            victim.undo()
        else:
            return
        assert victim.system.read("/etc/x") == "good\n"
        assert victim.store.state("network") == GOOD
        assert victim.status == "rolled back"
        assert not victim.system.exists(TIMER)
    pytest.fail("the rollback never came to its end")


def test_at_boot_files_are_put_back_and_no_program_is_waited_for(host: Host) -> None:
    host.apply(BAD)
    host.system.ran.clear()
    host.undo("boot", boot=True)
    assert host.system.read("/etc/x") == "good\n"
    assert host.system.ran == []
    with pytest.raises(HostctlError, match="rolled back: the host was rebooted"):
        host.confirm()


def test_what_cannot_be_put_back_is_tried_again_and_then_reported(host: Host) -> None:
    host.apply(BAD)
    host.system.no_space = ("/etc/x",)
    for _ in range(rollback.ATTEMPTS - 1):
        with pytest.raises(HostctlError, match="no space"):
            host.undo()
    failures = host.undo()
    assert len(failures) == 1
    assert host.system.read("/etc/y") is None
    assert host.status == "rolled back"


def test_an_armed_fix_keeps_the_windows_length(host: Host) -> None:
    host.system.put("/etc/x", "edited by hand\n")
    window = host.store.record("network")["window"]
    assert window == 60
    host.apply(GOOD, window)
    assert host.status == "armed"
    host.confirm()
    assert host.system.read("/etc/x") == "good\n"
