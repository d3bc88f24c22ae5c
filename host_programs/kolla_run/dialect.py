"""The release that this deploy host works with, and the command lines of its Kolla-Ansible and Ansible."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from host_programs.contract.kolla_run import KOLLA_USER, RELEASE_FILE, Release
from host_programs.kolla_run.errors import RunError
from host_programs.kolla_run.paths import CALLBACK, Paths

ACTIONS = (
    "prechecks",
    "genconfig",
    "pull",
    "deploy",
    "reconfigure",
    "post-deploy",
    "bootstrap-servers",
    "gather-facts",
    "mariadb-backup",
    "mariadb-recovery",
)
"""What kolla-run passes on, under the names of today's releases."""
_SHELL_NAMES = {"mariadb-backup": "mariadb_backup", "mariadb-recovery": "mariadb_recovery"}
_ON_CONTAINERS = {
    "deploy": ("site.yml",),
    "reconfigure": ("site.yml",),
    "mariadb-backup": ("mariadb-backup.yml", "mariadb_backup.yml"),
    "mariadb-recovery": ("mariadb-recovery.yml", "mariadb_recovery.yml"),
}


class Request(NamedTuple):
    """One run of Kolla-Ansible."""

    action: str
    tags: Sequence[str] = ()
    """Only what has one of these tags; empty: everything."""
    limit: str = ""
    """Only these hosts, as Ansible's --limit; empty: all."""
    extra: Sequence[str] = ()
    """Variables as NAME=VALUE; they win over everything else."""
    playbook: str = ""
    """Instead of the action's own."""

    def __str__(self) -> str:
        options = [f"--tags {','.join(self.tags)}"] if self.tags else []
        options += [f"--limit {self.limit}"] if self.limit else []
        return " ".join([self.action, *options])


def read_release(paths: Paths) -> Release:
    """Read the release as pulumi tells it.

    Raises:
        RunError: pulumi has not written it yet.
    """
    path = f"{paths.program}/{RELEASE_FILE}"
    try:
        with open(path, encoding="utf-8") as file:
            found = json.load(file)
        known = {name: found[name] for name in Release._fields}
        return Release(**{**known, "collections": tuple(known["collections"])})
    except (OSError, ValueError, KeyError, TypeError):
        raise RunError(path, "cannot be read", "run pulumi up, which writes it") from None


def command(release: Release, request: Request, paths: Paths) -> list[str]:
    """The command line of a request in the dialect of a release.

    Raises:
        RunError: there is no such action, or a value that the release's shell script would tear apart.
    """
    if request.action not in ACTIONS:
        raise RunError(request.action, "is no action of kolla-run", f"one of {', '.join(ACTIONS)}")
    options = ["-i", paths.inventory, "--configdir", paths.config]
    options += ["--passwords", f"{paths.config}/passwords.yml"]
    options += ["-p", request.playbook] if request.playbook else []
    options += ["--tags", ",".join(request.tags)] if request.tags else []
    options += ["--limit", request.limit] if request.limit else []
    program = f"{paths.venv(release.series)}/bin/kolla-ansible"
    if release.dialect == "cliff":
        pairs = [word for value in request.extra for word in ("-e", value)]
        return [program, request.action, *options, *pairs]
    for value in (request.limit, *request.tags, *request.extra):
        if any(letter.isspace() or letter in "'\"\\$`*?[;&|<>" for letter in value):
            raise RunError(
                value, f"cannot be passed to the kolla-ansible of {release.series}", "put it into globals"
            )
    pairs = [word for value in request.extra for word in ("-e", value)]
    return [program, *options, *pairs, _SHELL_NAMES.get(request.action, request.action)]


def on_containers(release: Release, action: str) -> tuple[str, ...]:
    """Playbooks of an action that works on containers, under its names in any release; none of another action.

    The shell script of 2024.1 insists on its own playbook for everything that is not in site.yml.
    """
    names = _ON_CONTAINERS.get(action, ())
    return () if release.dialect == "shell" and names != ("site.yml",) else names


def playbook(series: str, path: str, variables: Mapping[str, Any], paths: Paths) -> list[str]:
    """The command line of a playbook of our own."""
    given = json.dumps(variables, sort_keys=True)
    return [f"{paths.venv(series)}/bin/ansible-playbook", "-i", paths.inventory, "-e", given, path]


def environment(series: str, paths: Paths, scratch: str = "") -> dict[str, str]:
    """All of the environment of Ansible: nothing of the caller's own decides what it does."""
    venv = paths.venv(series)
    variables = {
        "HOME": paths.home,
        "USER": KOLLA_USER,
        "LOGNAME": KOLLA_USER,
        "LANG": "C.UTF-8",
        "LC_ALL": "C.UTF-8",
        "PATH": f"{venv}/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        # The script of 2024.1 finds its playbooks by it.
        "VIRTUAL_ENV": venv,
        "KOLLA_CONFIG_PATH": paths.config,
        "ANSIBLE_CONFIG": f"{paths.config}/ansible.cfg",
        "ANSIBLE_COLLECTIONS_PATH": paths.collections(series),
        "ANSIBLE_CALLBACK_PLUGINS": f"{paths.program}/callback",
        "ANSIBLE_STDOUT_CALLBACK": CALLBACK,
        "ANSIBLE_NOCOLOR": "1",
        "ANSIBLE_RETRY_FILES_ENABLED": "0",
        "ANSIBLE_LOCALHOST_WARNING": "0",
        "ANSIBLE_DEPRECATION_WARNINGS": "0",
        "PYTHONUNBUFFERED": "1",
    }
    if scratch:
        variables["CLOUD_KOLLA_SCRATCH"] = scratch
    return variables
