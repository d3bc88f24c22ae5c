"""What a playbook of ours leaves on the deploy host: one file of JSON for each host that has something to tell."""

from __future__ import annotations

import json
import os
import shutil
from typing import Any


def empty(folder: str, user: str) -> None:
    """An empty folder into which Ansible may write, as `user`."""
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder, mode=0o700)
    if os.geteuid() == 0:
        shutil.chown(folder, user)


def take(folder: str) -> dict[str, Any]:
    """What is in the folder, by host; the files go."""
    found = {}
    for name in sorted(os.listdir(folder)):
        path = f"{folder}/{name}"
        with open(path, encoding="utf-8") as file:
            found[name.rpartition(".")[0]] = json.load(file)
        os.remove(path)
    return found
