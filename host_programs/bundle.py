"""Pack a program for hosts into one file; the same sources give the same bytes and the same path, everywhere.

Runs where the program is built, never on a host. A program is a package of this folder; its command line is `run`
of its module `cli`. What all programs share (`SHARED`) is packed with each.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Dict, NamedTuple

ROOT = Path(__file__).parent
SHARED = ("__init__.py", "command_line.py", "contract/__init__.py", "errors.py")
USES = {"edge_tls": ("contract/vault_boot.py", "vault_api.py"), "vault_boot": ("vault_api.py",)}
"""What some programs share, by program."""
SHEBANG = b"#!/usr/bin/python3 -IS\n"
# The oldest date that a zip file knows: when it was built says nothing about what it is.
TIMESTAMP = (1980, 1, 1, 0, 0, 0)
STAMPED = "version.py"
VERSION_DIGITS = 12


class Program(NamedTuple):
    """A program as it is copied to hosts."""

    path: Path
    """Of the one file; executable."""
    version: str
    """The checksum of its sources: what its command `version` prints."""


def pack(name: str, folder: Path) -> Program:
    """Pack a program, in one step.

    Args:
        name: of its package here: `hostctl`, `kolla_run`, `vault_boot`, `edge_tls`.
        folder: where the file is made: NAME/NAME-VERSION.pyz.
    """
    sources = _sources(name)
    version = _checksum(sources)[:VERSION_DIGITS]
    stamp = f'"""The checksum of the sources of this bundle."""\n\nVERSION = "{version}"\n'
    files = {
        **{f"{ROOT.name}/{path}": data for path, data in sources.items()},
        f"{ROOT.name}/{name}/{STAMPED}": stamp.encode(),
        "__main__.py": f"from {ROOT.name}.{name}.cli import run\n\nrun()\n".encode(),
    }
    path = folder / name / f"{name}-{version}.pyz"
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
        file.write(_archive(files))
    temporary = Path(file.name)
    temporary.chmod(0o755)
    os.replace(temporary, path)
    return Program(path, version)


def _archive(files: Dict[str, bytes]) -> bytes:
    buffer = BytesIO()
    buffer.write(SHEBANG)
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, TIMESTAMP)
            entry.create_system = 3
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, files[name])
    return buffer.getvalue()


def _sources(name: str) -> Dict[str, bytes]:
    """By path below this folder: the program's modules, its contract, and what programs share."""
    own = (path for path in sorted((ROOT / name).rglob("*.py")) if path.name != STAMPED)
    shared = (ROOT / path for path in (*SHARED, f"contract/{name}.py", *USES.get(name, ())))
    return {path.relative_to(ROOT).as_posix(): path.read_bytes() for path in (*shared, *own)}


def _checksum(sources: Dict[str, bytes]) -> str:
    total = hashlib.sha256()
    for name, data in sorted(sources.items()):
        total.update(f"{name} {len(data)}\n".encode() + data)
    return total.hexdigest()
