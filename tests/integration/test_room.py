"""Hosts are asked for room by a real Ansible: those that answer are heard, whatever the others do."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from tests.integration.ansible import play
from tests.unit.support import ROOT

DOCKER = """#!/bin/sh
case "$*" in
info*) echo '{"Driver": "overlay2", "DockerRootDir": "ROOT", "Architecture": "x86_64"}' ;;
*ls*) echo sha256:one ;;
*) echo '["sha256:a","sha256:b"]' ;;
esac
"""
INVENTORY = """
net01 ansible_connection=local
net02 ansible_connection=local ansible_python_interpreter=/nowhere/python3
net03 ansible_host=127.0.0.1 ansible_port=1
ctl01 ansible_connection=local
"""


def look(root: Path, engine: str, *names: str) -> subprocess.CompletedProcess[str]:
    """Ask hosts; what they answer lies in `results`."""
    programs, results = root / "programs", root / "results"
    for folder in (programs, results):
        folder.mkdir()
    for name, text in {
        "docker": DOCKER.replace("ROOT", str(root)),
        "stat": "#!/bin/sh\necho xfs\n",
    }.items():
        (programs / name).write_text(text)
        (programs / name).chmod(0o755)
    (root / "inventory").write_text(INVENTORY)
    variables = {"names": names, "engine": engine, "results": str(results)}
    words = ("-i", "inventory", "-e", json.dumps(variables), "-e", "ansible_become=false")
    return play(
        root,
        ROOT / "host_programs/ansible/playbooks/room.yml",
        *words,
        PATH=f"{programs}:{Path(sys.executable).parent}:/usr/bin:/bin",
    )


def test_hosts_with_an_answer_are_heard_and_no_other_is_asked(tmp_path: Path) -> None:
    done = look(tmp_path, "docker", "net01", "net02", "net03")
    assert done.returncode != 0
    (file,) = (tmp_path / "results").iterdir()
    assert file.name == "net01.json", done.stdout + done.stderr
    answer = json.loads(file.read_text())
    assert answer.pop("free") > 0
    assert answer == {"folder": str(tmp_path), "machine": "x86_64", "images": [["sha256:a", "sha256:b"]]}
    assert file.stat().st_mode & 0o777 == 0o600


def test_a_host_that_is_not_sure_answers_nothing(tmp_path: Path) -> None:
    done = look(tmp_path, "podman", "net01")
    assert done.returncode == 0, done.stdout + done.stderr
    assert json.loads((tmp_path / "results/net01.json").read_text()) == {}
