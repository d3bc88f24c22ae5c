"""Ansible's collections: the release's own way first, PyPI's bundle where Galaxy cannot be reached."""

from __future__ import annotations

import os
import socket
import subprocess
from collections.abc import Iterable, Mapping
from typing import Any

from host_programs.kolla_run import process
from host_programs.kolla_run.dialect import environment, read_release
from host_programs.kolla_run.errors import RunError
from host_programs.kolla_run.paths import Paths

GALAXY = ("galaxy.ansible.com", 443)
_PATIENCE = 5.0
_SECONDS = 900

GALAXY_WAY, BUNDLE_WAY, PRESENT = "galaxy", "bundle", "present"


def way(needed: Iterable[str], found: Mapping[str, str], *, reachable: bool) -> str:
    """How to get the collections.

    Args:
        needed: names of collections.
        found: version by name of those that are installed.
        reachable: whether Galaxy answers.
    """
    if set(needed) <= set(found):
        return PRESENT
    return GALAXY_WAY if reachable else BUNDLE_WAY


def install(paths: Paths, tell: process.Say = process.say) -> dict[str, Any]:
    """Install what is missing; what is there stays.

    Raises:
        RunError: neither way works; says why.
    """
    os.umask(0o022)  # Ansible reads them as another user
    release = read_release(paths)
    venv = paths.venv(release.series)
    names = release.collections
    found = installed(paths, release.series)
    chosen = way(names, found, reachable=reachable())
    if chosen == GALAXY_WAY:
        tell("install-deps: from Ansible Galaxy")
        os.makedirs(paths.collections(release.series), exist_ok=True)
        done = _run([f"{venv}/bin/kolla-ansible", "install-deps"], environment(release.series, paths))
        if done:
            tell(f"install-deps: not from Galaxy: {done}")
            chosen = BUNDLE_WAY
    if chosen == BUNDLE_WAY:
        requirement = f"ansible=={release.ansible_bundle}"
        tell(f"install-deps: from PyPI's {requirement}")
        pip = [f"{venv}/bin/python3", "-m", "pip", "install", "--disable-pip-version-check", "--quiet"]
        problem = _run(
            [*pip, "--no-deps", requirement], dict(environment(release.series, paths), HOME="/root")
        )
        if problem:
            raise RunError("install-deps", f"neither Galaxy nor PyPI's {requirement} can be had: {problem}")
    found = installed(paths, release.series)
    missing = [name for name in names if name not in found]
    if missing:
        raise RunError("install-deps", f"still missing: {', '.join(missing)}")
    return {"action": "install-deps", "ok": True, "from": chosen, "collections": {n: found[n] for n in names}}


def installed(paths: Paths, series: str) -> dict[str, str]:
    """Version by name of the collections that Ansible finds."""
    program = f"{paths.venv(series)}/bin/ansible-galaxy"
    listed = process.answer(
        [program, "collection", "list", "--format", "json"], dict(environment(series, paths), HOME="/root")
    )
    places = (listed or {}).values()
    return {name: str(about.get("version")) for place in places for name, about in place.items()}


def reachable(address: tuple[str, int] = GALAXY, seconds: float = _PATIENCE) -> bool:
    """Whether somebody answers there; a proxy of the site is for pip, and Galaxy is then left alone."""
    try:
        with socket.create_connection(address, timeout=seconds):
            return True
    except OSError:
        return False


def _run(argv: list[str], variables: Mapping[str, str]) -> str:
    """Run a program; return the end of what it said if it failed, else ""."""
    try:
        done = subprocess.run(
            argv, capture_output=True, encoding="utf-8", env=variables, timeout=_SECONDS, check=False
        )
    except FileNotFoundError:
        return f"{argv[0]} is not installed"
    except subprocess.TimeoutExpired:
        return f"no end after {_SECONDS} s"
    if done.returncode == 0:
        return ""
    lines = [line.strip() for line in (done.stdout + done.stderr).splitlines() if line.strip()]
    return " | ".join(lines[-3:])[-600:] or f"exit code {done.returncode}"
