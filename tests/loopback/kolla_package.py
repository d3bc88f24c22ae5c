"""Kolla-Ansible's published package, unpacked: roles that tests run without an installation."""

from __future__ import annotations

import zipfile
from pathlib import Path

from config.release_map import pinned
from ops.release_data.package import download


def unpacked(release: str, folder: Path) -> Path:
    """Where the playbooks of a release are; its modules are importable from `folder/package`."""
    download(pinned()[release], folder)
    with zipfile.ZipFile(next(folder.glob("kolla_ansible-*.whl"))) as wheel:
        wheel.extractall(folder / "package")
    return next((folder / "package").glob("*.data/data/share/kolla-ansible/ansible"))
