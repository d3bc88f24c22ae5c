"""Kolla-Ansible's playbooks with some of its files replaced, in a folder of ours: the venv stays as PyPI made it.

Modules, module_utils and roles beside a playbook win over all others. So a copy of the playbooks, among links to
everything else, and with our files in the place of some, is the release with just those files replaced.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping


def build(target: str, source: str, replaced: Mapping[str, str]) -> None:
    """Make the tree anew.

    Args:
        target: where it is made.
        source: Kolla-Ansible's folder `ansible`.
        replaced: text by path below it, of files that are there or new.
    """
    shutil.rmtree(target, ignore_errors=True)
    _folder(target, source, replaced)
    for name in sorted(os.listdir(source)):
        # Ansible looks beside what a link leads to, and would find the release's own.
        if name.endswith(".yml") and name not in replaced:
            os.unlink(f"{target}/{name}")
            shutil.copyfile(f"{source}/{name}", f"{target}/{name}")
            os.chmod(f"{target}/{name}", 0o644)


def _folder(target: str, source: str, replaced: Mapping[str, str]) -> None:
    """Links to all that is in a folder of the release, but for what is replaced in it or below it."""
    os.makedirs(target)
    os.chmod(target, 0o755)  # noqa: S103 - another user than the one who makes it reads it
    below: dict[str, dict[str, str]] = {}
    for path, text in replaced.items():
        name, _, rest = path.partition("/")
        below.setdefault(name, {})[rest] = text
    for name in sorted({*below, *(os.listdir(source) if os.path.isdir(source) else ())}):
        here, origin = f"{target}/{name}", f"{source}/{name}"
        if name not in below:
            os.symlink(origin, here)
        elif "" in below[name]:
            with open(here, "w", encoding="utf-8") as file:
                file.write(below[name][""])
            os.chmod(here, 0o644)
        else:
            _folder(here, origin, below[name])
