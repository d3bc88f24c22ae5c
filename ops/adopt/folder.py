"""The /etc/kolla of a cloud, as plain Kolla-Ansible or Kayobe leaves it: read whole, before anything is made of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from config.kolla.passwords import Passwords
from config.release_map import known, release
from ops.adopt.inventory import Inventory, read_inventory
from ops.adopt.passwords import separated
from ops.adopt.remark import AdoptError
from ops.adopt.yaml_mapping import read_mapping

_INVENTORIES = (
    "inventory/overcloud",
    "inventory",
    "multinode",
    "all-in-one",
    "hosts",
    "hosts.yml",
    "inventory.yml",
)
"""Where an inventory lies: Kayobe's, then what sites of Kolla-Ansible call it."""
_LATE = (".yml", ".yaml", ".json")
OWN_FILES = ("config", "certificates")
"""Folders of texts that Kolla-Ansible reads."""


@dataclass(frozen=True)
class Folder:
    """What the folder says."""

    path: Path
    series: str
    """The release of OpenStack."""
    globals: dict[str, Any]
    """Options by name, globals.d over globals.yml; no password among them."""
    places: dict[str, str]
    """The file that has each option, below the folder."""
    passwords: Passwords = field(repr=False)
    """passwords.yml, and secrets that stood among the options."""
    inventory: Inventory
    files: dict[str, Path]
    """Files below `config/` and `certificates/`, by their path below the folder."""


def read_folder(path: Path, *, inventory: Path | None = None, series: str | None = None) -> Folder:
    """Read it.

    Args:
        path: the folder.
        inventory: the inventory's file or folder, where it lies elsewhere or has another name.
        series: the release, where `globals.yml` does not say it.

    Raises:
        AdoptError: it is no such folder, or something in it cannot be read.
    """
    if not (path / "globals.yml").is_file():
        fix = "name the /etc/kolla of the deployment host, or a copy of it (FROM=DIR)"
        raise AdoptError(path, "has no globals.yml, so it is no configuration of Kolla-Ansible", fix)
    if not (path / "passwords.yml").is_file():
        fix = "copy the cloud's own into it: services would get other passwords than they have"
        raise AdoptError(path / "passwords.yml", "there is no such file", fix)
    early, late, places = _options(path)
    release_name = _series(path, {**early, **late}, series)
    found = read_inventory(inventory or _inventory(path))
    names, own = release(release_name).passwords, read_mapping(path / "passwords.yml")
    # As Kolla-Ansible passes them: globals.yml, then passwords.yml, then globals.d; the last one wins.
    early = {name: value for name, value in early.items() if name not in own}
    options, secrets = separated({**early, **late}, names, own)
    return Folder(path, release_name, options, places, {**own, **secrets}, found, _files(path))


def _options(path: Path) -> tuple[dict[str, Any], dict[str, Any], dict[str, str]]:
    early = read_mapping(path / "globals.yml")
    late: dict[str, Any] = {}
    places = dict.fromkeys(early, "globals.yml")
    folder = path / "globals.d"
    for file in sorted(folder.iterdir()) if folder.is_dir() else ():
        if file.suffix in _LATE and file.is_file():
            said = read_mapping(file)
            late |= said
            places |= dict.fromkeys(said, f"globals.d/{file.name}")
    return early, late, places


def _series(path: Path, options: Mapping[str, Any], given: str | None) -> str:
    said = options.get("openstack_release")
    found = str(given or said or "")
    choice = f"one of {', '.join(known())}"
    if not found:
        raise AdoptError(
            path / "globals.yml",
            "does not say which release it is of (`openstack_release`)",
            f"add RELEASE=, {choice}",
        )
    if found not in known():
        place = "RELEASE" if given else f"{path / 'globals.yml'}: openstack_release"
        fix = (
            f"name {choice}"
            if given
            else f"upgrade the cloud to {choice}, or say with RELEASE= which of them it runs"
        )
        raise AdoptError(place, f"{found} is no release that can be deployed here", fix)
    return found


def _inventory(path: Path) -> Path:
    for name in _INVENTORIES:
        found = path / name
        if found.is_file() or (found.is_dir() and any(one.is_file() for one in found.iterdir())):
            return found
    fix = 'name its file: ARGS="--inventory FILE"'
    raise AdoptError(path, f"has no inventory ({', '.join(_INVENTORIES)})", fix)


def _files(path: Path) -> dict[str, Path]:
    found = (file for name in OWN_FILES for file in sorted((path / name).rglob("*")) if file.is_file())
    return {file.relative_to(path).as_posix(): file for file in found}
