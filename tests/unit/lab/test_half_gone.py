"""What a lab command meets half-gone it takes away or names in one line, and a second try works."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lab import cgroups, cli, power, records, status
from lab.errors import LabError
from machine import mounts

DATA = Path(__file__).parent / "data"
ROOT = Path(__file__).parents[3]


@pytest.fixture
def hierarchy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A hierarchy of control groups, with one host's group and a group below it."""
    monkeypatch.setattr(cgroups, "_here", lambda: [tmp_path])
    group = tmp_path / cgroups.TOP / "ctl01"
    for folder, members in ((group, ""), (group / "init.scope", "4000001\n")):
        folder.mkdir(parents=True)
        (folder / "cgroup.procs").write_text(members)
    return group


def vanishing(folder: Path) -> Callable[..., Any]:
    """os.scandir, on whose way a folder goes."""
    scan = os.scandir

    def scandir(path: Any = ".") -> Any:
        if str(path) == str(folder) and folder.is_dir():
            (folder / "cgroup.procs").unlink()
            folder.rmdir()
        return scan(path)

    return scandir


def test_a_folder_bound_onto_itself_is_a_mount_and_odd_names_are_read() -> None:
    found = mounts.points((DATA / "mountinfo.txt").read_text())
    assert found[52] == Path("/run/netns")
    assert found[61] == Path("/srv/my lab/.lab/hosts/ctl01/root")


def test_members_are_told_though_a_group_vanishes_on_the_way(
    hierarchy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (hierarchy / "cgroup.procs").write_text("4000002\n")
    monkeypatch.setattr(os, "scandir", vanishing(hierarchy / "init.scope"))
    assert cgroups.members("ctl01") == {4000002}


def test_a_host_whose_supervisor_alone_died_is_not_called_off(hierarchy: Path) -> None:
    assert power.runs("ctl01", None)
    (hierarchy / "init.scope" / "cgroup.procs").write_text("")
    assert not power.runs("ctl01", None)


def test_a_process_that_ends_before_it_is_killed_is_no_error(
    hierarchy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(pid: int, signal: int) -> None:
        del signal
        assert pid == 4000001
        (hierarchy / "init.scope" / "cgroup.procs").write_text("")
        raise ProcessLookupError

    monkeypatch.setattr(os, "kill", gone)
    cgroups.kill("ctl01")
    assert not cgroups.members("ctl01")


def test_one_readable_copy_of_the_records_is_enough_to_take_a_lab_down(tmp_path: Path) -> None:
    broken, good = tmp_path / "broken.json", tmp_path / "good.json"
    broken.write_text("{")
    good.write_text('{"lab": "/srv/.lab"}')
    assert [entry.lab for entry in records.whole(broken, good, tmp_path / "none.json")] == ["/srv/.lab"]
    with pytest.raises(LabError, match=r"broken\.json: the lab's records cannot be read"):
        records.whole(broken)


def test_what_the_machine_refuses_is_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def table() -> str:
        raise OSError(16, "Device or resource busy", "/run/netns")

    monkeypatch.setattr(status, "table", table)
    assert cli.main(["status"]) == 1
    assert capsys.readouterr().err.count("\n") == 1


def test_a_reader_that_has_seen_enough_is_no_error() -> None:
    call = f"set -o pipefail; {sys.executable} -m lab status | true"
    done = subprocess.run(
        ["bash", "-c", call], cwd=ROOT, capture_output=True, text=True, check=False, timeout=60
    )
    assert (done.returncode, done.stderr) == (0, "")


NAMESPACES_COME_AND_GO = """
import subprocess
from pathlib import Path
from lab import links
from machine import mounts

folder = Path("/run/netns")
assert not folder.exists()
for name in ("oc-ctl01", "stranger"):
    subprocess.run(["ip", "netns", "add", name], check=True)
subprocess.run("ip link add oc-mgmt type bridge", shell=True, check=True)
assert mounts.is_mounted(folder)
links.remove_all()
links.remove_folder()
assert links.namespaces() == {"stranger"}, "a namespace of somebody else's stays, and so does its folder"
assert "oc-mgmt" not in links.links()
subprocess.run(["ip", "netns", "delete", "stranger"], check=True)
for attempt in ("first", "second"):
    links.remove_all()
    links.remove_folder()
    assert not folder.exists(), attempt

# Mounted over each other, the lower one hidden; a blank in the name.
lower = Path("/run/my lab/root")
lower.mkdir(parents=True)
for _ in range(2):
    subprocess.run(["mount", "-t", "tmpfs", "tmpfs", str(lower)], check=True)
mounts.unmount(lower.parent)
assert not mounts.below(lower.parent)
lower.rmdir()
"""


@pytest.mark.skipif(os.geteuid() != 0 or not shutil.which("ip"), reason="namespaces need root and iproute2")
@pytest.mark.parametrize("run", ["on the file system of its parent", "a file system of its own"])
def test_the_machines_folder_of_namespaces_goes_as_it_came(run: str, tmp_path: Path) -> None:
    mount = f"mount --bind {tmp_path} /run" if "parent" in run else "mount -t tmpfs tmpfs /run"
    done = subprocess.run(
        [
            "unshare",
            "--mount",
            "--net",
            "sh",
            "-c",
            f'{mount} && exec "$0" -c "$1"',
            sys.executable,
            NAMESPACES_COME_AND_GO,
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr


def test_what_a_runtime_froze_is_let_go_so_that_it_can_be_killed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    frozen, plain = tmp_path / "docker" / "frozen", tmp_path / "plain"
    for folder, state in ((frozen, "FROZEN\n"), (plain, "THAWED\n")):
        folder.mkdir(parents=True)
        (folder / "freezer.state").write_text(state)
    monkeypatch.setattr(cgroups, "groups", lambda _: [tmp_path])
    cgroups._thaw("cmp01")
    assert (frozen / "freezer.state").read_text() == "THAWED"
    assert (plain / "freezer.state").read_text() == "THAWED\n"
