"""Kolla-Ansible's published package, unpacked: roles that tests run without an installation."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from config.release_map import pinned
from ops.release_data.package import download


def unpacked(release: str, folder: Path) -> Path:
    """Where the playbooks of a release are; its modules are importable from `folder/package`."""
    download(pinned()[release], folder)
    with zipfile.ZipFile(next(folder.glob("kolla_ansible-*.whl"))) as wheel:
        wheel.extractall(folder / "package")
    return next((folder / "package").glob("*.data/data/share/kolla-ansible/ansible"))


def run_playbook(folder: Path, playbook: Path, options: Mapping[str, Any], *files: Path) -> None:
    """Run a playbook on `folder/inventory` with the facts in `folder/facts`; hosts are not asked for any.

    Args:
        folder: Holds the unpacked package; modules of its own come before Ansible's.
        playbook: Beside the release's own, so that it finds their roles.
        options: The strongest ones.
        files: YAML files of further options; later ones are stronger.
    """
    argv = [str(Path(sys.executable).with_name("ansible-playbook")), "-i", str(folder / "inventory")]
    extra = [word for file in files for word in ("-e", f"@{file}")]
    done = subprocess.run(
        [*argv, str(playbook), *extra, "-e", json.dumps(options)],
        env={
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "LC_ALL": "C.UTF-8",
            "PYTHONPATH": str(folder / "package"),
            "ANSIBLE_CACHE_PLUGIN": "jsonfile",
            "ANSIBLE_CACHE_PLUGIN_CONNECTION": str(folder / "facts"),
            "ANSIBLE_COLLECTIONS_PATH": str(folder / "collections"),
            "ANSIBLE_LIBRARY": str(folder / "modules"),
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=400,
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
