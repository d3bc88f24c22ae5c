"""The deploy host's states: tools, configuration, secrets. Pure, but for reading the files that go to the host."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from components.host_prep.target import DEPLOY_USER
from components.kolla_cluster.paths import CONFIG, venv
from components.state import State
from config.release_map import Release

PROGRAM = "/opt/kolla-run"
"""Folder of the runner and of what it gives to Ansible."""
KOLLA_RUN = f"{PROGRAM}/kolla-run"

_ON_HOST = Path(__file__).with_name("on_host")
_OWNER = f"{DEPLOY_USER}:{DEPLOY_USER}"


def tools(release: Release, runner: str) -> State:
    """The release's venv, and the runner's files but for itself.

    Args:
        release: what is installed.
        runner: version of the runner; a new one is a change, so that it gets installed.
    """
    about = {
        "series": release.series,
        "kolla_ansible": release.kolla_ansible,
        "dialect": release.dialect,
        "ansible_bundle": release.ansible_bundle,
        "collections": sorted(release.collections),
        "runner": runner,
    }
    texts = {
        path.relative_to(_ON_HOST).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted(_ON_HOST.rglob("*"))
        if path.suffix in {".py", ".yml"}
    }
    texts["release.json"] = json.dumps(about, indent=2, sort_keys=True) + "\n"
    return {
        "directories": {path: {"mode": "0755"} for path in _folders(PROGRAM, texts)},
        "files": {f"{PROGRAM}/{name}": {"content": text, "mode": "0644"} for name, text in texts.items()},
        "venvs": {venv(release.series): {"requirements": list(release.pins())}},
    }


def configuration(files: Mapping[str, str]) -> State:
    """What Kolla-Ansible reads and everybody may: text by path below its configuration folder."""
    return _owned(files, "0644", {})


def secrets(files: Mapping[str, str]) -> State:
    """The same for what only Kolla-Ansible may read."""
    return _owned(files, "0600", {"sensitive": True})


def _owned(files: Mapping[str, str], mode: str, more: Mapping[str, bool]) -> State:
    return {
        "directories": {path: {"mode": "0755", "owner": _OWNER} for path in _folders(CONFIG, files)},
        "files": {
            f"{CONFIG}/{name}": {"content": text, "mode": mode, "owner": _OWNER, **more}
            for name, text in sorted(files.items())
        },
    }


def _folders(root: str, names: Mapping[str, str]) -> list[str]:
    """The root and every folder that the files are in."""
    inside = {parent for name in names for parent in PurePosixPath(name).parents}
    return [root, *sorted(f"{root}/{path}" for path in inside if str(path) != ".")]
