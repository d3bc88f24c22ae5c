"""Kolla-Ansible's tasks that run `openstack` in a container: their password is on no command line."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
import yaml

from host_programs.kolla_run import replaced
from tests.integration.ansible import play

WAIT = "roles/nova-cell/tasks/wait_discover_computes.yml"
OCTAVIA = "roles/octavia/tasks/hm-interface.yml"
IDENTITY = "roles/keystone/tasks/register_identity_providers.yml"
# In the words of the releases: 2024.1 to 2025.2, 2026.1, and the role keystone's.
TASKS = {
    WAIT: """- name: Wait
  block:
    - name: Waiting for nova-compute services to register themselves
      become: false
      command: >
        {{ kolla_container_engine }} exec kolla_toolbox openstack
        --os-username {{ openstack_auth.username }}
        --os-password {{ openstack_auth.password }}
        {% if openstack_cacert != '' %}--os-cacert {{ openstack_cacert }}{% endif %}
        compute service list --format json --column Host
      register: asked
""",
    OCTAVIA: """- name: Update Octavia health manager port host_id
  become: false
  ansible.builtin.command: >
    {{ kolla_container_engine }} exec kolla_toolbox openstack
    --os-cloud {{ openstack_auth.username }}
    --os-password {{ openstack_auth.password }}
    port set --host ctl01 some-port
  register: asked
""",
    IDENTITY: """- name: List configured attribute mappings (that can be used by IdPs)
  command: >
    {{ kolla_container_engine }} exec -t keystone openstack
      --os-password={{ openstack_auth.password }}
      --os-username={{ openstack_auth.username }}
      --os-system-scope="all"
    mapping list -c ID --format value
  register: asked
""",
}
WORDS = {
    WAIT: "--os-username admin compute service list --format json --column Host",
    OCTAVIA: "--os-cloud admin port set --host ctl01 some-port",
    IDENTITY: "--os-username=admin --os-system-scope=all mapping list -c ID --format value",
}
ENGINE = """#!/bin/sh
echo "command line: $*" >&2
[ "$1 $2" = "exec -i" ] || exit 9
shift 3
exec "$@"
"""
OPENSTACK = """#!/bin/sh
echo "$OS_PASSWORD: $*"
"""
PASSWORD = 'canary\'s "own" $HOME'


@pytest.mark.parametrize("path", TASKS)
def test_the_password_goes_through_stdin_and_all_other_words_stay(path: str, tmp_path: Path) -> None:
    tasks = tmp_path / path
    tasks.parent.mkdir(parents=True)
    tasks.write_text(TASKS[path])
    texts, (line,) = replaced.for_containers(str(tmp_path), "/nowhere")
    assert "password on the command line" in line
    for name, text in (("engine", ENGINE), ("openstack", OPENSTACK)):
        (tmp_path / name).write_text(text)
        (tmp_path / name).chmod(0o700)
    values = {
        "kolla_container_engine": str(tmp_path / "engine"),
        "openstack_auth": {"username": "admin", "password": PASSWORD},
        "openstack_cacert": "",
    }
    shown = {"name": "shown", "debug": {"msg": "{{ asked.stdout }} / {{ asked.stderr }}"}}
    site = {
        "hosts": "localhost",
        "gather_facts": False,
        "vars": values,
        "tasks": [*yaml.safe_load(texts[path]), shown],
    }
    (tmp_path / "site.yml").write_text(yaml.safe_dump([site]))
    done = play(tmp_path, tmp_path / "site.yml", PATH=f"{tmp_path}:{os.environ['PATH']}")
    assert done.returncode == 0, done.stdout + done.stderr
    printed = yaml.safe_load(
        done.stdout[done.stdout.index("=> {") + 3 : done.stdout.index("}\n\nPLAY RECAP") + 1]
    )
    answer, _, command = printed["msg"].partition(" / ")
    assert answer == f"{PASSWORD}: {WORDS[path]}"
    assert "canary" not in command
