"""Files of Kolla-Ansible that are replaced: Ansible really takes them."""

from __future__ import annotations

import json
from pathlib import Path

import yaml

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


COMPARES = """
import json
from ansible.module_utils.basic import AnsibleModule
arguments = {name: {"type": "raw"} for name in ("action", "name", "volumes")}
module = AnsibleModule(arguments)
assert module.params["action"] == "compare_container", "was run"
differs = module.params["volumes"] != ["/etc/kolla/a:/conf:ro"]
failures = [{"name": "volumes", "current": "canary-5e1f", "desired": "canary-5e1f"}] if differs else []
module.exit_json(changed=differs, result=differs, comparison_failures=failures)
"""


def test_ansible_names_containers_that_differ_and_has_nothing_done_about_them(tmp_path: Path) -> None:
    source, target = tmp_path / "ansible", tmp_path / "tree"
    for path, text in {
        "library/kolla_container.py": COMPARES,
        "roles/glance/tasks/main.yml": "- ansible.builtin.include_tasks: config.yml\n",
        "roles/glance/tasks/config.yml": "- ansible.builtin.file: {path: '{{ scratch }}/a', state: directory}\n",
        "roles/glance/tasks/check-containers.yml": json.dumps(
            [
                {
                    "kolla_container": {
                        "action": "compare_container",
                        "name": "{{ item.key }}",
                        "volumes": ["{{ scratch }}/{{ item.value }}:/conf:ro"],
                    },
                    "with_dict": {"same": "a", "other": "b"},
                    "register": "checked",
                    "notify": "restart",
                    "loop_control": {"label": ""},
                }
            ]
        ),
        "roles/glance/handlers/main.yml": json.dumps(
            [{"name": "restart", "kolla_container": {"action": "restart_container", "name": "x"}}]
        ),
        "site.yml": json.dumps(
            [{"name": "Apply role glance", "hosts": "all", "gather_facts": False, "roles": ["glance"]}]
        ),
    }.items():
        (source / path).parent.mkdir(parents=True, exist_ok=True)
        (source / path).write_text(text)
    tree.build(str(target), str(source), replaced.for_plan(str(source), str(OURS), ()))
    scratch = tmp_path / "next"
    scratch.mkdir()
    done = play(
        tmp_path,
        target / "site.yml",
        *("-i", "localhost,", "-c", "local", "-e", f"scratch={scratch}"),
        ANSIBLE_CALLBACK_PLUGINS=str(OURS / "callback"),
        ANSIBLE_STDOUT_CALLBACK="cloud_progress",
        CLOUD_KOLLA_SCRATCH=str(scratch),
    )
    events = [event for event in map(parse, done.stdout.splitlines()) if event]
    (found,) = [event for event in events if event["e"] == "container"]
    assert (found["host"], found["folder"], found["differs"]) == ("localhost", "other", ["volumes"]), (
        done.stdout
    )
    assert [event["task"] for event in events if event["e"] == "task" and "restart" in event["task"]] == []
    assert "canary-5e1f" not in done.stdout
    assert "was run" not in done.stdout


def test_the_scratch_folder_has_the_folders_of_the_live_one_and_no_file(tmp_path: Path) -> None:
    live, scratch = tmp_path / "live", tmp_path / "next"
    for path in ("haproxy/services.d/a.cfg", "with space/b"):
        (live / path).parent.mkdir(parents=True)
        (live / path).write_text("x")
    (scratch / "old").mkdir(parents=True)
    playbook = yaml.safe_load((OURS / "playbooks/prepare.yml").read_text())
    playbook[0]["become"] = False  # whoever runs the tests owns what is made
    playbook[0]["tasks"][1]["ansible.builtin.file"] = {"path": "{{ scratch }}", "state": "directory"}
    site = tmp_path / "prepare.yml"
    site.write_text(json.dumps(playbook))
    words = (
        "-i",
        "localhost,",
        "-c",
        "local",
        "-e",
        json.dumps({"scratch": str(scratch), "live": str(live)}),
    )
    done = play(tmp_path, site, *words)
    assert done.returncode == 0, done.stdout
    found = {path.relative_to(scratch).as_posix() for path in scratch.rglob("*")}
    assert found == {"haproxy", "haproxy/services.d", "with space"}
