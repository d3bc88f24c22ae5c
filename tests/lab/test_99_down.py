"""Last: `make lab-down` leaves the machine as it was."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from tests.lab.support import LAB, ROOT, lab

pytestmark = pytest.mark.usefixtures("bring_up")


def printed(*argv: str) -> str:
    return subprocess.run(argv, check=True, capture_output=True, text=True, timeout=60).stdout


def lab_down() -> str:
    done = subprocess.run(
        ["make", "lab-down"], cwd=ROOT, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_lab_down_leaves_no_interface_mount_table_process_or_file() -> None:
    status = json.loads(lab("status", "--json").stdout)
    bridges = [network["bridge"] for network in status["networks"].values()]
    pids = [host["pid"] for host in status["hosts"].values() if host["running"]]
    assert len(pids) >= 12
    assert all(bridge in printed("ip", "-br", "link") for bridge in bridges)
    prefix = bridges[0].split("-")[0]

    lab_brought_folder = json.loads((LAB / "records.json").read_text())["netns_folder"]
    lab_down()

    links = [line.split()[0] for line in printed("ip", "-br", "link").splitlines()]
    assert not [link for link in links if link.startswith(prefix)], links
    assert str(LAB) not in Path("/proc/self/mountinfo").read_text()
    assert prefix not in printed("nft", "list", "tables")
    assert not [pid for pid in pids if Path(f"/proc/{pid}").exists()]
    assert not LAB.exists()
    assert lab_brought_folder is not Path("/run/netns").exists()
    assert not list(Path("/run").glob("openstack-cloud-lab*/*"))


def test_a_second_lab_down_finds_nothing_to_do() -> None:
    assert "no lab" in lab_down()
