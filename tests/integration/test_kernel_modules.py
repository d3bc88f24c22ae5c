"""Kolla-Ansible's role that loads kernel modules, on kernels with and without modules."""

from __future__ import annotations

from pathlib import Path

import pytest

from host_programs.kolla_run import replaced
from tests.integration.ansible import play

ROLE = "roles/module-load/tasks/main.yml"
# As the releases have it, from 2026.1 on with the module's full name.
TASKS = """---
- name: Load modules
  modprobe:
    name: "{{ item.name }}"
    state: "{{ item.state | default('present') }}"
  loop: "{{ modules }}"

- name: Persist modules
  debug:
    msg: all are loaded
"""
MODPROBE = """
from ansible.module_utils.basic import AnsibleModule
AnsibleModule({"name": {}, "state": {}}).fail_json(msg=MESSAGE)
"""


@pytest.mark.parametrize(
    ("message", "loaded"),
    [
        ("[Errno 2] No such file or directory: '/proc/modules'", True),
        ("modprobe: FATAL: Module ip_vs not found", False),
    ],
)
def test_a_kernel_without_modules_has_what_it_has_and_no_other_failure_is_hidden(
    message: str, loaded: bool, tmp_path: Path
) -> None:
    role = tmp_path / ROLE
    role.parent.mkdir(parents=True)
    role.write_text(TASKS)
    texts, (line,) = replaced.for_containers(str(tmp_path), "/nowhere")
    assert "until Ansible's modprobe takes such a kernel" in line
    role.write_text(texts[ROLE])
    (tmp_path / "library").mkdir()
    (tmp_path / "library/modprobe.py").write_text(MODPROBE.replace("MESSAGE", repr(message)))
    (tmp_path / "site.yml").write_text(
        "- {hosts: localhost, gather_facts: false, roles: [module-load], vars: {modules: [{name: ip_vs}]}}\n"
    )
    done = play(tmp_path, tmp_path / "site.yml")
    assert (done.returncode == 0) == loaded, done.stdout + done.stderr
    assert ("all are loaded" in done.stdout) == loaded


@pytest.mark.parametrize("name", ["modprobe", "community.general.modprobe"])
def test_the_module_is_found_by_its_short_and_by_its_full_name(name: str, tmp_path: Path) -> None:
    role = tmp_path / ROLE
    role.parent.mkdir(parents=True)
    role.write_text(TASKS.replace("modprobe:", f"{name}:"))
    texts, _ = replaced.for_containers(str(tmp_path), "/nowhere")
    assert "failed_when:" in texts[ROLE]
