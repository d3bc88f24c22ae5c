"""Records tell the lab's own processes and labs from others, whatever their names."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from lab import paths
from lab.errors import LabError
from lab.records import Process, Records, boot_id, left_behind, load, parse, start_time


def stat(folder: Path, pid: int, state: str, start: int, name: str = "sh") -> None:
    (folder / str(pid)).mkdir()
    fields = [state, *("0" * 18), str(start), "0", "0"]
    (folder / str(pid) / "stat").write_text(f"{pid} ({name}) {' '.join(fields)}\n")


@pytest.mark.parametrize(
    ("state", "name", "expected"),
    [
        ("S", "sh", 4711),
        ("R", "a) b (c", 4711),
        ("Z", "sh", None),
        ("X", "sh", None),
    ],
    ids=["sleeping", "name with parentheses", "zombie", "dead"],
)
def test_start_time_is_read_from_stat(tmp_path: Path, state: str, name: str, expected: int | None) -> None:
    stat(tmp_path, 7, state, 4711, name)
    assert start_time(7, tmp_path) == expected


def test_no_process_has_no_start_time(tmp_path: Path) -> None:
    assert start_time(7, tmp_path) is None


def test_own_process_is_alive() -> None:
    start = start_time(os.getpid())
    assert start is not None
    assert Process(os.getpid(), start).alive()


def test_another_program_with_the_recorded_id_is_not_taken_for_the_labs() -> None:
    start = start_time(os.getpid())
    assert start is not None
    assert not Process(os.getpid(), start - 1).alive()


def test_ended_process_is_not_alive() -> None:
    with subprocess.Popen(["cat"], stdin=subprocess.PIPE) as running:
        start = start_time(running.pid)
        assert start is not None
        process = Process(running.pid, start)
        assert process.alive()
        running.communicate()
    assert not process.alive()


def test_hosts_of_an_earlier_boot_do_not_run() -> None:
    start = start_time(os.getpid())
    assert start is not None
    own = Process(os.getpid(), start)
    assert Records("/x/.lab", hosts={"ctl01": own}).runs("ctl01")
    assert not Records("/x/.lab", boot="an earlier one", hosts={"ctl01": own}).runs("ctl01")


def test_records_survive_a_round_trip_in_both_places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    machine = tmp_path / "run" / "lab.json"
    monkeypatch.setattr(paths, "MACHINE_RECORD", machine)
    lab = tmp_path / "checkout" / ".lab"
    records = Records(str(lab), hosts={"ctl01": Process(1, 2)}, sysctls={"net.ipv4.ip_forward": "0"})
    records.save()
    assert load(machine) == load(lab / paths.RECORDS.name) == records
    assert machine.stat().st_mode & 0o777 == 0o600


def test_no_file_is_no_lab(tmp_path: Path) -> None:
    assert load(tmp_path / "none") is None


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"lab": "/x", "hosts": {"a": {"pid": 1}}}'])
def test_unreadable_records_are_named_as_such(text: str) -> None:
    with pytest.raises(LabError, match="records cannot be read"):
        parse(text)


def test_records_of_a_newer_version_are_understood() -> None:
    assert parse(f'{{"lab": "/x", "boot": "{boot_id()}", "later": 1}}').lab == "/x"


OURS = Records("/ours/.lab", id="1")
OTHERS = Records("/theirs/.lab", id="2")
SAME_PATH_OLDER = Records("/ours/.lab", id="3")


@pytest.mark.parametrize(
    ("own", "machine", "expected"),
    [
        (None, None, None),
        (OURS, None, None),
        (OURS, OURS, None),
        (OURS, OTHERS, OTHERS),
        (None, OTHERS, OTHERS),
        (None, SAME_PATH_OLDER, SAME_PATH_OLDER),
        (OURS, SAME_PATH_OLDER, SAME_PATH_OLDER),
    ],
    ids=[
        "nothing anywhere",
        "ours, the machine was rebooted",
        "ours",
        "another checkout's next to ours",
        "another checkout's",
        "our folder was deleted under a running lab",
        "our folder was deleted and made again",
    ],
)
def test_a_lab_left_behind_is_recognised(
    own: Records | None, machine: Records | None, expected: Records | None
) -> None:
    assert left_behind(own, machine) is expected
