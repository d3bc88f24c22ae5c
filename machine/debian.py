"""Programs of Debian's packages, unpacked into a folder: run from there, never installed."""

from __future__ import annotations

import shutil
from pathlib import Path

from machine.commands import attempt, output
from machine.errors import MachineError


def unpacked(package: str, folder: Path) -> Path:
    """The root folder of a package below `folder`; fetched and unpacked where it is not there yet.

    Raises:
        MachineError: apt cannot fetch it.
    """
    root = folder / package
    if root.is_dir():
        return root
    partial = folder / f"{package}.partial"
    shutil.rmtree(partial, ignore_errors=True)
    (partial / "root").mkdir(parents=True)
    if attempt(("apt-cache", "show", package)):
        output(("apt-get", "update", "-qq"), timeout=300)
    output(("env", f"--chdir={partial}", "apt-get", "download", "-qq", package), timeout=300)
    found = sorted(partial.glob("*.deb"))
    if not found:
        raise MachineError(f"apt-get downloaded no {package}: run `apt-get update`")
    output(("dpkg", "-x", str(found[0]), str(partial / "root")), timeout=120)
    (partial / "root").rename(root)
    shutil.rmtree(partial)
    return root
