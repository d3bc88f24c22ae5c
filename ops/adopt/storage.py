"""An existing Ceph cluster, as the ceph.conf and keyrings below `config/` say it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath

from config.ceph.services import DEFAULTS, ServiceName
from ops.adopt.effect import Effect
from ops.adopt.remark import Remark
from ops.adopt.secret_files import readable
from ops.new.draft import Fields

_USED_WHEN: dict[ServiceName, tuple[tuple[str, str], ...]] = {
    "glance": (("glance_backend_ceph", "True"),),
    "cinder": (("enable_cinder", "True"), ("cinder_backend_ceph", "True")),
    "cinder-backup": (
        ("enable_cinder", "True"),
        ("enable_cinder_backup", "True"),
        ("cinder_backup_driver", "ceph"),
    ),
    "nova": (("nova_backend_ceph", "True"),),
    "gnocchi": (("enable_gnocchi", "True"), ("gnocchi_backend_storage", "ceph")),
    "manila": (("enable_manila", "True"), ("enable_manila_backend_cephfs_native", "True")),
}
_FSID = re.compile(r"^\s*fsid\s*=\s*([0-9a-fA-F-]{36})\s*$", re.MULTILINE)
_MONS = re.compile(r"^\s*mon[ _]host\s*=\s*(.+)$", re.MULTILINE)
_ADDRESS = re.compile(r"\d+\.\d+\.\d+\.\d+")


def storage(want: Effect, files: Mapping[str, Path]) -> Fields | None:
    """The section `ceph`; None: no service keeps anything in Ceph."""
    used = [
        name for name, needs in _USED_WHEN.items() if all(want.of(option) == value for option, value in needs)
    ]
    if not used:
        return None
    text = "\n".join(
        readable(file) for path, file in sorted(files.items()) if PurePosixPath(path).name == "ceph.conf"
    )
    found: Fields = {"mode": "external", "services": {name: _service(name, want) for name in used}}
    if fsid := _FSID.search(text):
        found["fsid"] = fsid[1].lower()
    if mons := _MONS.search(text):
        found["external"] = {"monHosts": list(dict.fromkeys(_ADDRESS.findall(mons[1])))}
    return found


def is_ceph(path: str) -> bool:
    """Whether a file below `config/` is written from `cloud:ceph`."""
    plain = PurePosixPath(path)
    return plain.suffix == ".keyring" or (plain.name == "ceph.conf" and len(plain.parts) == 3)


def keys(stack: str, section: Fields, files: Mapping[str, Path]) -> Iterator[Remark]:
    """The users' keys, which only pulumi can put into the stack file; never their values."""
    users = [said.get("user", name) for name, said in section["services"].items()]
    for user in dict.fromkeys(users):
        named = f"ceph.client.{user}.keyring"
        ring = next((path for path in files if PurePosixPath(path).name == named), f"the file {named}")
        do = (
            f"put the key of {ring} there, on one line from stdin: "
            f"`pulumi config set --path --secret 'cloud:ceph.external.keys.{user}' --stack {stack}`"
        )
        yield Remark(
            f"cloud:ceph.external.keys.{user}", "", "a key stands in a stack file encrypted only", do
        )


def _service(name: ServiceName, want: Effect) -> Fields:
    """Its user and pool, where they are not what the product calls them."""
    plain = name.replace("-", "_")
    said = {"user": want.of(f"ceph_{plain}_user"), "pool": want.of(f"ceph_{plain}_pool_name")}
    usual = {"user": name, "pool": DEFAULTS[name].pool}
    return {key: value for key, value in said.items() if value and value != usual[key] and "{" not in value}
