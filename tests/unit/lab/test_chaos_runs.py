"""A fault of a run: how a run is watched and struck, and when its end is as it has to be."""

from __future__ import annotations

import sys

import pytest

from lab.chaos.__main__ import order
from lab.chaos.run_rounds import RunFigures, run_table
from lab.chaos.runs import RUN_FAULTS, RunFault, Up, is_as_said
from lab.errors import LabError

HANGS = "import time; print('reconfigure: only glance', flush=True); time.sleep(600)"
FAILS = (
    r"print('x\nfailed: 1 of 12 hosts\n  deploy  kolla-deploy: ctl02: failed in glance : Copy\n'); exit(1)"
)


def run(program: str) -> Up:
    return Up(sys.executable, "-c", program)


def test_a_run_is_struck_when_it_has_said_a_line_and_dies_with_all_its_processes() -> None:
    with run(HANGS) as up:
        up.until("only glance")
        up.kill()
        assert up.ended() == -9
    assert up.reported() == []


def test_a_run_that_ends_before_it_could_be_struck_is_an_error_with_its_last_lines() -> None:
    with run(FAILS) as up, pytest.raises(LabError, match="only glance` came of the run: x\nfailed: 1 of 12"):
        up.until("only glance")


@pytest.mark.parametrize(
    ("program", "said", "wrong"),
    [
        (FAILS, "kolla-deploy.*ctl02: failed in glance", ""),
        (FAILS, "", ""),
        (FAILS, "ctl03", "not one line that says 'ctl03'"),
        ("exit(1)", "ctl02", "not one line"),
        (r"print('failed:\n  a  ctl02: b\n  a  ctl02: c'); exit(1)", "ctl02", "not one line"),
        ("exit(0)", "ctl02", "the run went well"),
    ],
)
def test_a_run_has_to_fail_in_one_line_that_says_what_struck_it(program: str, said: str, wrong: str) -> None:
    fault = RunFault("a fault", RUN_FAULTS["a host is cut off"].strike, said)
    with run(program) as up:
        found = is_as_said(fault, up, up.ended())
    assert found.startswith(wrong)
    assert bool(found) == bool(wrong)


def test_every_fault_of_a_run_says_what_happens() -> None:
    assert all(fault.strike.__doc__ for fault in RUN_FAULTS.values())


def test_every_kind_comes_once_before_any_comes_again() -> None:
    names = ["a", "b", "c", "d"]
    found = order(names, 10, 7)
    assert sorted(found[:4]) == sorted(found[4:8]) == names
    assert len(found) == 10
    assert found == order(names, 10, 7)


def test_the_table_has_what_the_run_said() -> None:
    one = RunFigures("a fault", "ctl02", 12.4, "ctl02: failed | here", 99.6, ())
    assert run_table([one]).splitlines()[-1] == r"| a fault | ctl02 | 12 | ctl02: failed \| here | 100 |"
