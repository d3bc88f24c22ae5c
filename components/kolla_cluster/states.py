"""The deploy host's states: tools, configuration, secrets. Pure, but for reading the files that go to the host."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from components.state import State
from config import release_map
from host_programs.contract.kolla_run import (
    ADMIN_CLOUD,
    CLOUDS_FILE,
    KOLLA_CONFIG,
    KOLLA_RUN_FOLDER,
    KOLLA_USER,
    RELEASE_FILE,
    Release,
    venv,
)

_FOR_ANSIBLE = Path(__file__).parents[2] / "host_programs" / "ansible"
_OWNER = f"{KOLLA_USER}:{KOLLA_USER}"
OPENSTACK = "/usr/local/bin/openstack"
"""The operator's command on the deploy host."""
_OPENSTACK = f"""\
#!/bin/sh
# Managed by openstack-cloud: the release's own client, as the cloud's administrator unless told otherwise.
if [ -z "$OS_CLIENT_CONFIG_FILE" ]; then
    export OS_CLIENT_CONFIG_FILE={KOLLA_CONFIG}/{CLOUDS_FILE}
    export OS_CLOUD="${{{{OS_CLOUD:-{ADMIN_CLOUD}}}}}"
    if ! [ -r "$OS_CLIENT_CONFIG_FILE" ]; then
        echo "openstack: $OS_CLIENT_CONFIG_FILE: not there yet, or not yours to read (use sudo)" >&2
        exit 1
    fi
fi
exec {{venv}}/bin/openstack "$@"
"""


def tools(release: release_map.Release, runner: str) -> State:
    """The release's venv, and the runner's files but for itself.

    Args:
        release: what is installed.
        runner: version of the runner; a new one is a change, so that it gets installed.
    """
    about = Release(
        series=release.series,
        kolla_ansible=release.kolla_ansible,
        dialect=release.dialect,
        ansible_bundle=release.ansible_bundle,
        collections=tuple(sorted(release.collections)),
        runner=runner,
    )
    texts = {
        path.relative_to(_FOR_ANSIBLE).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted(_FOR_ANSIBLE.rglob("*"))
        if path.suffix in {".py", ".yml"}
    }
    texts[RELEASE_FILE] = json.dumps(about._asdict(), indent=2, sort_keys=True) + "\n"
    return {
        "directories": {path: {"mode": "0755"} for path in _folders(KOLLA_RUN_FOLDER, texts)},
        "files": {
            **{
                f"{KOLLA_RUN_FOLDER}/{name}": {"content": text, "mode": "0644"}
                for name, text in texts.items()
            },
            OPENSTACK: {"content": _OPENSTACK.format(venv=venv(release.series)), "mode": "0755"},
        },
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
        "directories": {path: {"mode": "0755", "owner": _OWNER} for path in _folders(KOLLA_CONFIG, files)},
        "files": {
            f"{KOLLA_CONFIG}/{name}": {"content": text, "mode": mode, "owner": _OWNER, **more}
            for name, text in sorted(files.items())
        },
    }


def _folders(root: str, names: Mapping[str, str]) -> list[str]:
    """The root and every folder that the files are in."""
    inside = {parent for name in names for parent in PurePosixPath(name).parents}
    return [root, *sorted(f"{root}/{path}" for path in inside if str(path) != ".")]
