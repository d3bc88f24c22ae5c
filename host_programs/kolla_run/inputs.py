"""What a deployment is made from: options as Ansible reads them, the digest of all inputs, and how they changed."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from typing import Any, NamedTuple

from host_programs.kolla_run import process
from host_programs.kolla_run.errors import RunError

FILES = ("globals.yml", "passwords.yml", "inventory")
FOLDERS = ("config", "certificates", "globals.d", "group_vars", "host_vars")
"""Not ansible.cfg, which changes how Ansible works and not what; not what post-deploy itself writes here."""

_READ_YAML = (
    "import json, sys, yaml; json.dump([yaml.safe_load(open(p)) or {} for p in sys.argv[1:]], sys.stdout,"
    " default=str)"
)


class Inputs(NamedTuple):
    """Checksums only."""

    release: str
    """Version of Kolla-Ansible."""
    inventory: str
    options: Mapping[str, str]
    """By option of globals.yml."""
    files: Mapping[str, str]
    """By path below the configuration folder."""

    @property
    def digest(self) -> str:
        """One checksum of all."""
        return _sum(json.dumps([self.release, sorted(self.files.items())]))

    def document(self) -> dict[str, Any]:
        """As JSON."""
        return {**self._asdict(), "digest": self.digest}


def read_inputs(folder: str, release: str, options: Mapping[str, Any]) -> Inputs:
    """Read the configuration folder.

    Args:
        folder: /etc/kolla-deploy.
        release: version of Kolla-Ansible.
        options: globals.yml, parsed.

    Raises:
        RunError: a file that there must be is missing.
    """
    files = {}
    for name in FILES:
        try:
            files[name] = _file(f"{folder}/{name}")
        except OSError as error:
            reason = f"cannot be read: {error.strerror}"
            raise RunError(f"{folder}/{name}", reason, "run pulumi up, which writes it") from None
    for top in FOLDERS:
        for parent, _, names in os.walk(f"{folder}/{top}"):
            for name in names:
                path = f"{parent}/{name}"
                files[os.path.relpath(path, folder)] = _file(path)
    sums = {name: _sum(json.dumps(value, sort_keys=True, default=str)) for name, value in options.items()}
    return Inputs(release, files["inventory"], sums, files)


def read_yaml(python: str, *files: str) -> list[dict[str, Any]]:
    """YAML files as Ansible's own Python reads them.

    Raises:
        RunError: one is missing or no mapping; never shows what is in it.
    """
    found = process.answer([python, "-I", "-c", _READ_YAML, *files])
    wrong = ""
    if found is None:
        wrong = "is missing or no YAML"
    elif not all(isinstance(document, dict) for document in found):
        wrong = "is no mapping of names to values"
    if wrong:
        raise RunError(" or ".join(files), wrong, "run pulumi up, which writes it")
    return found  # type: ignore[no-any-return]


def changed_options(now: Inputs, before: Mapping[str, Any]) -> list[str]:
    """Options that are new, gone or different."""
    old: Mapping[str, str] = before.get("options", {})
    return sorted(name for name in {*old, *now.options} if old.get(name) != now.options.get(name))


def changed_files(now: Inputs, before: Mapping[str, Any]) -> list[str]:
    """Files of the configuration folder that are new, gone or different."""
    old: Mapping[str, str] = before.get("files", {})
    return sorted(name for name in {*old, *now.files} if old.get(name) != now.files.get(name))


def reason_for_all(now: Inputs, before: Mapping[str, Any] | None) -> str:
    """Why a choice of services would not do; "" if one does."""
    if before is None:
        return "it is the first time"
    if before.get("release") != now.release:
        return f"Kolla-Ansible {before.get('release')} became {now.release}"
    if before.get("inventory") != now.inventory:
        return "the inventory changed"
    return ""


def _file(path: str) -> str:
    with open(path, "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()


def _sum(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
