"""What is mounted where, as the kernel's own table says.

`Path.is_mount` compares devices, so it does not see a folder that is bound onto itself (as `ip netns add` does with
/run/netns) where the folder's parent lies on the same file system.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

from machine.commands import run
from machine.errors import MachineError

TABLE = Path("/proc/self/mountinfo")
TIMES = 100
"""How often one folder may be mounted over; nobody does it more than a few times."""


def points(table: str) -> dict[int, Path]:
    """Mount points by the ids of their mounts in the text of mountinfo, in the order in which they were mounted."""
    rows = [line.split() for line in table.splitlines()]
    return {int(row[0]): Path(_unescaped(row[4])) for row in rows}


def _unescaped(text: str) -> str:
    """A path of the table: blanks, tabs, line breaks and backslashes are written as octal numbers."""
    return re.sub(r"\\([0-7]{3})", lambda octal: chr(int(octal[1], 8)), text)


def below(path: Path) -> list[Path]:
    """What is mounted on a folder or below it, the last mounted first; of several on one folder the topmost."""
    found = points(TABLE.read_text()).items()
    return [point for number, point in reversed(found) if point.is_relative_to(path) and number == _at(point)]


def _at(path: Path) -> int | None:
    """Id of the mount that a path leads into: another one where the point lies under a later mount."""
    try:
        file = os.open(path, os.O_PATH)
    except OSError:
        return None
    try:
        text = Path(f"/proc/self/fdinfo/{file}").read_text()
    finally:
        os.close(file)
    return int(re.findall(r"^mnt_id:\s*(\d+)$", text, re.MULTILINE)[0])


def is_mounted(path: Path) -> bool:
    """Whether something is mounted on this very folder."""
    return path in below(path)


def unmount(path: Path) -> None:
    """Take away all that is mounted on a folder or below it; nothing is mounted: nothing to do.

    Raises:
        MachineError: something still uses one of them, or a mount comes again and again.
    """
    for _ in range(TIMES):
        found = below(path)
        if not found:
            return
        run(("umount", str(found[0])))
    raise MachineError(f"{path}: still mounted after {TIMES} unmounts; see `findmnt {path}`")
