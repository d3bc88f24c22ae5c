"""Pack hostctl, or another program for hosts, into one file; the same sources give the same bytes, everywhere.

Runs where the program is built, never on a host. The version is the checksum of the sources.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Dict, NamedTuple

SHEBANG = b"#!/usr/bin/python3 -IS\n"
# The oldest date that a zip file knows: when it was built says nothing about what it is.
TIMESTAMP = (1980, 1, 1, 0, 0, 0)
NOT_SHIPPED = {"bundle.py", "version.py"}
VERSION_DIGITS = 12


class Program(NamedTuple):
    """What is packed: a package that runs with the host's own Python and nothing else."""

    root: Path
    """The folder of the package."""
    name: str
    """The package's name in the bundle; its command line is `run` of its module `cli`."""


HOSTCTL = Program(Path(__file__).parent, "hostctl")


def version(program: Program = HOSTCTL) -> str:
    """The version that the bundle's command `version` prints."""
    return _checksum(_sources(program))[:VERSION_DIGITS]


def build(path: Path, program: Program = HOSTCTL) -> str:
    """Write the bundle to `path`, executable, in one step; return the sha256 of the sources in hex."""
    sources = _sources(program)
    checksum = _checksum(sources)
    stamp = f'"""The checksum of the sources of this bundle."""\n\nVERSION = "{checksum[:VERSION_DIGITS]}"\n'
    files = {
        **{f"{program.name}/{name}": data for name, data in sources.items()},
        f"{program.name}/version.py": stamp.encode(),
        "__main__.py": f"from {program.name}.cli import run\n\nrun()\n".encode(),
    }
    buffer = BytesIO()
    buffer.write(SHEBANG)
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, TIMESTAMP)
            entry.create_system = 3
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, files[name])
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
        file.write(buffer.getvalue())
    temporary = Path(file.name)
    temporary.chmod(0o755)
    os.replace(temporary, path)
    return checksum


def _sources(program: Program) -> Dict[str, bytes]:
    return {
        path.relative_to(program.root).as_posix(): path.read_bytes()
        for path in sorted(program.root.rglob("*.py"))
        if path.name not in NOT_SHIPPED
    }


def _checksum(sources: Dict[str, bytes]) -> str:
    total = hashlib.sha256()
    for name, data in sorted(sources.items()):
        total.update(f"{name} {len(data)}\n".encode() + data)
    return total.hexdigest()
