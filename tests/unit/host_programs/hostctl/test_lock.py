"""One change at a time, and a rollback that does not wait for ever."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from host_programs.hostctl import lock
from host_programs.hostctl.errors import HostctlError

HOLDER = """
import sys, time
from host_programs.hostctl import lock
with lock.held(sys.argv[2], path=sys.argv[1]):
    print("held", flush=True)
    time.sleep(60)
"""


def _hold(path: Path, what: str) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(path), what],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(Path(lock.__file__).parents[2])},
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def test_the_second_one_gives_up_after_its_time_and_says_who_holds_the_lock(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    holder = _hold(path, "apply base")
    try:
        with (
            pytest.raises(
                HostctlError,
                match=rf"still held by {holder.pid} apply base after 0 s .*: ps -fp {holder.pid}\)",
            ),
            lock.held("apply network", 0.2, path=str(path)),
        ):
            pass
    finally:
        holder.kill()
        holder.wait()


def test_a_killed_holder_leaves_no_lock(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    holder = _hold(path, "apply base")
    holder.kill()
    holder.wait()
    with lock.held("apply base", 1, path=str(path)):
        assert path.read_text() == f"{os.getpid()} apply base"


def test_a_rollback_ends_the_apply_of_its_own_group_that_outlived_its_window(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    holder = _hold(path, "apply network")
    with lock.held_for_rollback("network", path=str(path)):
        assert holder.wait(5) == -9


def test_a_rollback_does_not_end_the_work_of_another_group(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lock, "ROLLBACK_WAIT_SECONDS", 0.2)
    path = tmp_path / "lock"
    holder = _hold(path, "apply base")
    with lock.held_for_rollback("network", path=str(path)):
        assert holder.poll() is None
    holder.kill()
    holder.wait()
