"""Compiled templates shared by Ansible's processes, in a real run."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.integration.ansible import ANSIBLE

CALLBACK = Path(__file__).parents[2] / "host_programs/ansible/callback"

PLAY = """\
- hosts: all
  gather_facts: false
  vars:
    number: "{{ 1000000000 | random }}"
    names: "{{ groups['all'] | map('upper') | list }}"
    nested: {a: "{{ names | join('+') }}", b: "{{ inventory_hostname is match('h1') }}"}
  tasks:
    - ansible.builtin.copy: {content: "{{ number }}", dest: "{{ folder }}/{{ inventory_hostname }}.number"}
    - ansible.builtin.copy: {content: "{{ nested | to_json }}", dest: "{{ folder }}/{{ inventory_hostname }}.nested"}
      when: inventory_hostname in names | map('lower')
    - ansible.builtin.assert: {that: "(folder ~ '/made') is not file"}
    - ansible.builtin.assert: {that: "'/' is directory and '/nowhere-at-all' is not directory"}
    - ansible.builtin.copy: {content: "{{ item }}", dest: "{{ folder }}/{{ inventory_hostname }}.{{ item }}"}
      loop: "{{ range(2) | list }}"
    - ansible.builtin.file: {path: "{{ folder }}/made", state: touch}
      run_once: true
    - ansible.builtin.assert: {that: "(folder ~ '/made') is file"}
    - ansible.builtin.set_fact: {later: "{{ nosuch | default('absent') }}"}
    - ansible.builtin.assert: {that: "later == 'absent'"}
"""


def test_ansible_works_as_without_it_and_leaves_nothing(tmp_path: Path) -> None:
    """Without and with the plugin, five hosts at a time: the same files, but for random ones, which differ by host."""
    written = {}
    for name, callbacks in (("without", tmp_path / "none"), ("with", CALLBACK)):
        home = tmp_path / name
        (home / "out").mkdir(parents=True)
        (home / "play.yml").write_text(PLAY)
        done = subprocess.run(
            [
                str(ANSIBLE),
                "-i",
                "h1,h2,h3,h4,h5",
                "-c",
                "local",
                str(home / "play.yml"),
                "-e",
                json.dumps({"folder": str(home / "out"), "ansible_python_interpreter": sys.executable}),
            ],
            env={
                "PATH": os.environ["PATH"],
                "HOME": str(home),
                "LC_ALL": "C.UTF-8",
                "ANSIBLE_CALLBACK_PLUGINS": str(callbacks),
                "PYTHONDONTWRITEBYTECODE": "1",
            },
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        files = {file.name: file.read_text() for file in (home / "out").iterdir()}
        numbers = [text for file, text in files.items() if file.endswith(".number")]
        assert len(set(numbers)) == len(numbers) == 5
        written[name] = {file: text for file, text in files.items() if not file.endswith(".number")}
        assert list((home / ".ansible" / "tmp").glob("*")) == []
    assert written["with"] == written["without"]
