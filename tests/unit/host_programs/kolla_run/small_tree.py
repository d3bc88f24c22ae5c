"""A small Kolla-Ansible, and files that replace some of its own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.unit.host_programs.kolla_run.support import data

RELOADS: list[dict[str, Any]] = data("reload.yaml")
WORKER = "module_utils/kolla_systemd_worker.py"
DEFECT = next(row["text"] for row in RELOADS if row["defect"])

SOURCE = {
    "site.yml": "- import_playbook: nova.yml\n",
    "nova.yml": "- {hosts: localhost, gather_facts: false, roles: [nova]}\n",
    "group_vars/all/all.yml": "kept: theirs\n",
    "roles/nova/tasks/main.yml": "- probe:\n  register: found\n- debug: msg={{ found.who }}\n"
    "- include_role: name=register\n",
    "roles/register/defaults/main.yml": "default: theirs\n",
    "roles/register/tasks/main.yml": "- debug: msg=tasks-theirs-{{ default }}-{{ kept }}\n",
    "library/probe.py": "from ansible.module_utils.basic import AnsibleModule\n"
    "from ansible.module_utils.outer import who\n"
    "AnsibleModule({}).exit_json(changed=False, who=who())\n",
    "module_utils/outer.py": "from ansible.module_utils.inner import WHO\n\n\ndef who():\n    return WHO\n",
    "module_utils/inner.py": "WHO = 'inner-theirs'\n",
}
REPLACED = {
    "module_utils/inner.py": "WHO = 'inner-ours'\n",
    "roles/register/tasks/main.yml": "- debug: msg=tasks-ours-{{ default }}-{{ kept }}\n- added:\n",
    "library/added.py": "#!/usr/bin/python\n# WANT_JSON\nprint('{\"changed\": false}')\n",
}


def write(root: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
