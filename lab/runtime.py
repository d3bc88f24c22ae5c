"""The hosts' OCI runtime: Debian's runc behind a small program that asks for what such a host can give."""

from __future__ import annotations

import os
from pathlib import Path

from machine.commands import output
from machine.go import build_environment, find_go, module_go
from machine.progress import say

SOURCE = Path(__file__).parent / "runc"
TARGET = "usr/local/sbin/runc"
"""Where it is in a host: before Debian's own in the PATH of Docker's daemons."""


def sources() -> dict[str, str]:
    """Text of the program by file name."""
    return {path.name: path.read_text() for path in sorted(SOURCE.iterdir())}


def build(root: Path, cache: Path) -> None:
    """Compile the program into a root.

    Raises:
        MachineError: there is no Go, or it does not compile.
    """
    environment = dict(os.environ)
    go = find_go(module_go(SOURCE), cache, environment, say)
    command = (
        go,
        "build",
        "-C",
        str(SOURCE),
        "-trimpath",
        "-ldflags",
        "-s -w",
        "-o",
        str(root / TARGET),
        ".",
    )
    output(command, env=build_environment(environment), timeout=600)
