"""Compressed memory: made where a machine has no swap and can, written down before it is made, and taken away again."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from lab import swap
from lab.records import Records
from machine.commands import Argv

HEAD = "Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n"


class Machine:
    """What of /proc and /sys counts, below a folder, and the commands that were run."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.control, self.block, self.swaps = folder / "control", folder / "block", folder / "swaps"
        self.swappiness = folder / "swappiness"
        self.device = self.block / "zram1"
        self.ran: list[Argv] = []
        for made in (self.control, self.device):
            made.mkdir(parents=True)
        (self.control / "hot_add").write_text("1\n")
        self.swaps.write_text(HEAD)
        self.swappiness.write_text("60\n")
        for name, path in (
            ("_CONTROL", self.control),
            ("_BLOCK", self.block),
            ("_SWAPS", self.swaps),
            ("_SWAPPINESS", self.swappiness),
        ):
            monkeypatch.setattr(swap, name, path)
        monkeypatch.setattr(swap, "run", lambda *plan: self.ran.extend(plan))
        monkeypatch.setattr(swap, "attempt", lambda argv, timeout: self.ran.append(argv))


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    return Machine(tmp_path, monkeypatch)


def test_a_machine_without_swap_gets_a_third_of_its_memory_and_the_record_says_how_to_undo_it(
    machine: Machine, tmp_path: Path
) -> None:
    current = Records(lab=str(tmp_path))
    assert "zram1" in swap.make(current)
    pages = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    assert int((machine.device / "disksize").read_text()) == pages // 3
    assert machine.ran == [("mkswap", "--quiet", "/dev/zram1"), ("swapon", "/dev/zram1")]
    assert (current.swap, current.sysctls) == ("zram1", {"vm.swappiness": "60"})
    assert machine.swappiness.read_text() == "100"


def test_a_machine_with_a_swap_keeps_it(machine: Machine, tmp_path: Path) -> None:
    machine.swaps.write_text(HEAD + "/dev/vdb partition 8388604 0 -2\n")
    current = Records(lab=str(tmp_path))
    assert swap.make(current) == "the machine's own swap stays as it is"
    assert (machine.ran, current.swap, current.sysctls) == ([], "", {})


def test_a_kernel_that_cannot_goes_without(machine: Machine, tmp_path: Path) -> None:
    (machine.control / "hot_add").unlink()
    machine.control.rmdir()
    assert swap.make(Records(lab=str(tmp_path))) == "goes without compressed memory: the kernel has no zram"
    assert machine.ran == []


def test_down_takes_it_away_and_nothing_where_it_is_gone(machine: Machine) -> None:
    swap.remove("zram1")
    assert machine.ran == [("swapoff", "/dev/zram1")]
    assert (machine.control / "hot_remove").read_text() == "1"
    machine.device.rmdir()
    machine.ran.clear()
    swap.remove("zram1")
    assert machine.ran == []
