"""Files of Kolla-Ansible that are replaced: Ansible really takes them."""

from __future__ import annotations

import json
from pathlib import Path

from host_programs.kolla_run import replaced, tree
from host_programs.kolla_run.events import parse
from tests.integration.ansible import play
from tests.unit.host_programs.kolla_run.fake import OURS
from tests.unit.host_programs.kolla_run.small_tree import REPLACED, SOURCE, write


def test_ansible_runs_what_is_replaced_and_the_releases_own_for_the_rest(tmp_path: Path) -> None:
    source, target = tmp_path / "ansible", tmp_path / "tree"
    write(source, SOURCE)
    for _ in range(2):  # made again
        tree.build(str(target), str(source), REPLACED)
    done = play(tmp_path, target / "site.yml")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "inner-ours" in done.stdout
    assert "tasks-ours-theirs-theirs" in done.stdout
    assert {path: (source / path).read_text() for path in SOURCE} == SOURCE


def test_ansible_names_images_without_running_the_module(tmp_path: Path) -> None:
    source, target = tmp_path / "ansible", tmp_path / "tree"
    (source / "library").mkdir(parents=True)
    (source / "library/kolla_container.py").write_text("raise SystemExit('was run')\n")
    task = {
        "name": "pull",
        "kolla_container": {"action": "pull_image", "image": "{{ item }}"},
        "loop": ["r/a:1", "r/b:1"],
    }
    site = {
        "name": "Apply role glance",
        "hosts": "all",
        "gather_facts": False,
        "become": True,
        "tasks": [task],
    }
    (source / "site.yml").write_text(json.dumps([site]))
    tree.build(str(target), str(source), replaced.for_images(str(OURS)))
    done = play(
        tmp_path,
        target / "site.yml",
        *("-i", "ctl01,ctl02,"),
        ANSIBLE_CALLBACK_PLUGINS=str(OURS / "callback"),
        ANSIBLE_STDOUT_CALLBACK="cloud_progress",
    )
    events = [event for event in map(parse, done.stdout.splitlines()) if event]
    found = sorted((event["host"], event["image"]) for event in events if event["e"] == "image")
    assert found == [(host, name) for host in ("ctl01", "ctl02") for name in ("r/a:1", "r/b:1")], done.stdout
