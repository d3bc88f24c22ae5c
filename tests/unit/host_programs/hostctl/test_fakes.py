"""The fakes are as strict as the programs that they stand for: else a wrong kind of state would pass its cases."""

from __future__ import annotations

import pytest

from host_programs.hostctl.errors import HostctlError
from tests.unit.host_programs.hostctl.fake import FakeSystem

UNIT = "/etc/systemd/system/x.timer"
NOBODY_TAKES = (
    "systemctl enabled x.timer",
    "systemctl enable --noww x.timer",
    "systemctl start --now x.timer",
    "systemctl enable x",
    "systemctl daemon-reload x.timer",
    "apt-get instal x",
    "apt-get --yes-to-all install x",
    "apt-mark hold x",
    "nft list tables",
    "netplan apply --quickly",
    "ip link remove dev x",
    "usermod --append x y",
    "modprobe x",
    "mount /not/in/fstab",
    "ceph --connect-timeout 15 osd pool make x",
    "radosgw-admin realm make x",
    "surprise",
)


@pytest.mark.parametrize("words", NOBODY_TAKES)
def test_words_that_the_program_does_not_take_fail_the_test(words: str) -> None:
    with pytest.raises(AssertionError, match="does not take"):
        FakeSystem({"files": {UNIT: ""}}).run(words.split(), "x")


@pytest.mark.parametrize("verb", ["start", "enable", "restart", "stop"])
def test_systemd_refuses_a_unit_that_it_does_not_know(verb: str) -> None:
    with pytest.raises(HostctlError, match="not found"):
        FakeSystem().run(["systemctl", verb, "x.timer"], "x")


def test_now_is_more_than_the_verb_alone() -> None:
    host = FakeSystem({"files": {UNIT: ""}})
    host.run(["systemctl", "enable", "x.timer"], "x")
    assert host.snapshot()["units"]["x.timer"] == {"UnitFileState": "enabled"}
    host.run(["systemctl", "enable", "--now", "x.timer"], "x")
    assert host.snapshot()["units"]["x.timer"]["ActiveState"] == "active"


def test_a_unit_outlives_its_file_until_it_is_stopped_and_disabled() -> None:
    host = FakeSystem({"files": {UNIT: ""}})
    host.run(["systemctl", "enable", "--now", "x.timer"], "x")
    host.remove(UNIT)
    assert host.snapshot()["units"]["x.timer"]["UnitFileState"] == "enabled"
