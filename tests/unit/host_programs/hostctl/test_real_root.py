"""The real System on a temporary root: files are complete or untouched, with their mode, whatever happens."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

import pytest

from host_programs.hostctl import atomic
from host_programs.hostctl.atomic import TEMP_MARK
from host_programs.hostctl.errors import HostctlError
from host_programs.hostctl.store import Store
from host_programs.hostctl.system import System

OWNER = f"{os.getuid()}:{os.getgid()}"


@pytest.fixture
def host(tmp_path: Path) -> System:
    return System(str(tmp_path))


def _left_over(root: Path) -> list[str]:
    return [path.name for path in root.rglob("*") if TEMP_MARK in path.name]


def test_a_file_arrives_with_content_mode_and_no_traces(host: System, tmp_path: Path) -> None:
    host.write("/etc/x/y.conf", "grüezi\n", "0640", OWNER)
    target = tmp_path / "etc/x/y.conf"
    assert target.read_text(encoding="utf-8") == "grüezi\n"
    assert stat.S_IMODE(target.stat().st_mode) == 0o640
    assert _left_over(tmp_path) == []


def test_a_reader_sees_the_old_file_or_the_new_one(host: System, tmp_path: Path) -> None:
    host.write("/x", "old", "0644", OWNER)
    with (tmp_path / "x").open(encoding="utf-8") as reader:
        host.write("/x", "new", "0644", OWNER)
        assert reader.read() == "old"
    assert (tmp_path / "x").read_text() == "new"


def test_a_full_disk_names_file_needed_and_free_bytes_and_mount(
    host: System, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    host.write("/x", "old", "0644", OWNER)

    def half_then_full(handle: int, data: bytes) -> None:
        os.write(handle, data[:2])
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(atomic, "put", half_then_full)
    with pytest.raises(HostctlError, match=r"/x: no space: needs 9 bytes, \d+ bytes .* free on /") as caught:
        host.write("/x", "s3cr3t-in", "0644", OWNER)
    assert "s3cr3t" not in str(caught.value)
    assert (tmp_path / "x").read_text() == "old"
    assert _left_over(tmp_path) == []


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs Linux")
def test_the_error_of_the_kernel_itself_is_understood(host: System, monkeypatch: pytest.MonkeyPatch) -> None:
    def to_full(handle: int, data: bytes) -> None:
        del handle
        with Path("/dev/full").open("wb", buffering=0) as full:
            full.write(data)

    monkeypatch.setattr(atomic, "put", to_full)
    with pytest.raises(HostctlError, match="no space"):
        host.write("/x", "data", "0644", OWNER)


def test_what_a_killed_run_left_is_swept_by_the_next_write(host: System, tmp_path: Path) -> None:
    gone = tmp_path / f"{TEMP_MARK}x.999999999"
    gone.write_text("half")
    alive = tmp_path / f"{TEMP_MARK}x.{os.getppid()}"
    alive.write_text("somebody's")
    host.write("/x", "whole", "0644", OWNER)
    assert not gone.exists()
    assert alive.exists()


def test_an_owner_that_does_not_exist_is_named_and_nothing_is_written(host: System, tmp_path: Path) -> None:
    with pytest.raises(HostctlError, match="owner nobody-here does not exist"):
        host.write("/x", "a", "0644", "nobody-here")
    assert not (tmp_path / "x").exists()
    assert _left_over(tmp_path) == []


def test_bytes_that_are_no_text_survive(host: System, tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"\xff\r\n")
    host.write("/y", host.read("/x") or "", "0644", OWNER)
    assert (tmp_path / "y").read_bytes() == b"\xff\r\n"


def test_a_scratch_root_leaves_nothing_behind(host: System, tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    script = 'mkdir -p "$1/out" && cp "$1/etc/in" "$1/out/result"'
    result, files = host.scratch("/etc/in", "text", ["sh", "-c", script, "sh"], "/out")
    assert result.code == 0
    assert files == {"result": "text"}
    assert list((tmp_path / "run").iterdir()) == []


@pytest.mark.skipif(os.geteuid() != 0, reason="owners can only be given as root")
def test_what_hostctl_remembers_is_for_root_only(host: System, tmp_path: Path) -> None:
    store = Store(host)
    store.prepare()
    store.save_state("secrets", {"files": {"/etc/k": {"content": "canary"}}})
    store.save_record("secrets", {"status": "confirmed", "window": None, "made": {}})
    store.save_pending("secrets", {"/etc/k"})
    folder = tmp_path / "var/lib/hostctl"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}


def test_a_program_that_hangs_is_ended_and_one_that_is_missing_is_an_answer(host: System) -> None:
    assert host.query(["no-such-program-here"]).code == 127
    with pytest.raises(HostctlError, match="no end after 0 s"):
        host.run(["sleep", "5"], "sleeper", seconds=0.1)


def test_the_callers_environment_does_not_reach_programs(
    host: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CANARY", "x")
    assert "CANARY" not in host.query(["env"]).out
