"""Ansible's callback and the collecting playbook, in real runs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from host_programs.kolla_run.events import MARK, Event, judge, parse
from tests.integration.ansible import ANSIBLE
from tests.unit.host_programs.kolla_run.support import HERE, recap

PLUGINS = Path(__file__).parents[2] / "host_programs/ansible/callback"


def _ansible(folder: Path, playbook: Path, *words: str) -> tuple[list[Event], list[str], int]:
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "ANSIBLE_STDOUT_CALLBACK": "cloud_progress",
        "ANSIBLE_CALLBACK_PLUGINS": str(PLUGINS),
        "CLOUD_KOLLA_SCRATCH": str(folder / "scratch"),
        "LC_ALL": "C.UTF-8",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    (folder / "scratch" / "mariadb").mkdir(parents=True)
    pairs = [f"ansible_python_interpreter={sys.executable}", f"scratch={folder}/scratch"]
    done = subprocess.run(
        [str(ANSIBLE), *words, "-c", "local", "-e", pairs[0], "-e", pairs[1], str(playbook)],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    lines = done.stdout.splitlines()
    events = [event for line in lines if (event := parse(line))]
    return events, [line for line in lines if MARK not in line] + done.stderr.splitlines(), done.returncode


def test_a_real_run_says_what_the_recorded_ones_did(tmp_path: Path) -> None:
    events, output, code = _ansible(tmp_path, HERE / "mixed.yml", "-i", "h1,h2,h3,h4,h5")
    verdict = judge(events, code, output)
    recorded = judge(recap("mixed-2.18.txt")[0], 4)
    assert (verdict.failed, verdict.unreachable) == (recorded.failed, recorded.unreachable)
    assert verdict.problems[:3] == recorded.problems[:3]
    assert {e["folder"]: e["tag"] for e in events if e["e"] == "folder"} == {"mariadb": "mariadb"}


def test_the_collecting_playbook_compares_and_clears_the_scratch_folder(tmp_path: Path) -> None:
    live, scratch, results = (tmp_path / name for name in ("live", "scratch", "results"))
    (live / "glance-api").mkdir(parents=True)
    (live / "glance-api" / "glance-api.conf").write_text("old")
    results.mkdir()
    (tmp_path / "inventory").write_text("[control]\nctl01\n[deployment]\nlocalhost\n")
    variables = (f"live={live}", f"results={results}", "ansible_become=false")
    words = [word for pair in variables for word in ("-e", pair)]
    _, output, code = _ansible(
        tmp_path, PLUGINS.parent / "playbooks/collect.yml", "-i", str(tmp_path / "inventory"), *words
    )
    assert code == 0, output
    found = json.loads((results / "ctl01.json").read_text())
    assert list(found[0]) == ["glance-api/glance-api.conf"]
    assert found[1] == {}
    assert not scratch.exists()
