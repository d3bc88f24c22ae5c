"""What is on the deploy host: YAML as Ansible's own Python reads it, and Kolla-Ansible's own variables."""

from __future__ import annotations

import json
import os
import re
import subprocess
from typing import Any

from host_programs.kolla_run.definitions import uses
from host_programs.kolla_run.errors import RunError

_READ_YAML = (
    "import json, sys, yaml; json.dump([yaml.safe_load(open(p)) or {} for p in sys.argv[1:]], sys.stdout,"
    " default=str)"
)
_PLAY = re.compile(r"^- name: Apply role (\S+)", re.MULTILINE)
_SECONDS = 60


def read_yaml(python: str, *files: str) -> list[dict[str, Any]]:
    """YAML files as Ansible's own Python reads them.

    Raises:
        RunError: one is missing or no mapping; never shows what is in it.
    """
    try:
        done = subprocess.run(
            [python, "-I", "-c", _READ_YAML, *files],
            capture_output=True,
            encoding="utf-8",
            timeout=_SECONDS,
            check=False,
        )
        found = json.loads(done.stdout)
    except FileNotFoundError:
        raise RunError(python, "is not installed", "run pulumi up, which installs it") from None
    except ValueError:
        # An error of the parser quotes the line, which may be a password.
        raise RunError(
            " or ".join(files), "is missing or no YAML", "run pulumi up, which writes it"
        ) from None
    if not all(isinstance(document, dict) for document in found):
        raise RunError(
            " or ".join(files), "is no mapping of names to values", "run pulumi up, which writes it"
        )
    return found  # type: ignore[no-any-return]


def variables(venv: str) -> tuple[dict[str, frozenset[str]], dict[str, dict[str, frozenset[str]]]]:
    """What Kolla-Ansible's variables are made from: those of all roles, and each deployed role's own.

    A role's tasks count as one more of its containers: what they use changes what they do.
    """
    base = f"{venv}/share/kolla-ansible/ansible"
    common: dict[str, frozenset[str]] = {}
    for path in _yaml_files(f"{base}/group_vars"):
        common.update(uses(_text(path)))
    plays = "".join(_text(f"{base}/{name}") for name in sorted(os.listdir(base)) if name.endswith(".yml"))
    roles = {}
    for role in sorted(set(_PLAY.findall(plays))):
        own = uses(_text(f"{base}/roles/{role}/defaults/main.yml"))
        words: frozenset[str] = frozenset()
        for path in _yaml_files(f"{base}/roles/{role}/tasks"):
            words |= frozenset(re.findall(r"[A-Za-z_]\w*", _text(path)))
        roles[role] = {**own, "tasks_services": words}
    return common, roles


def _yaml_files(folder: str) -> list[str]:
    return sorted(
        f"{parent}/{name}"
        for parent, _, names in os.walk(folder)
        for name in names
        if name.endswith((".yml", ".yaml"))
    )


def _text(path: str) -> str:
    try:
        with open(path, encoding="utf-8") as file:
            return file.read()
    except OSError:
        return ""
