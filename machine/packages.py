"""The machine's own packages: which commands it lacks, and installing them."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping

from machine.commands import output


def missing(commands: Mapping[str, str]) -> list[str]:
    """Packages of the commands that the machine lacks; `commands` is command to package."""
    return sorted({package for command, package in commands.items() if shutil.which(command) is None})


def install(packages: list[str]) -> None:
    """Install packages with apt; raises MachineError with apt's last words."""
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    output(("apt-get", "update", "-qq"), timeout=300, env=env)
    output(("apt-get", "install", "-qq", "--no-install-recommends", *packages), timeout=600, env=env)
