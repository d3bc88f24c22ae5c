"""On a host: where the secrets on stdin can be read by somebody who should not; one line each, by the secret's name.

With the argument `files`: every file that holds one, whoever may read it, `MODE PATH`.
Runs as root with nothing but the standard library.
"""

from __future__ import annotations

import json
import os
import re
import stat
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

FOLDERS = ("/etc", "/home", "/opt/kolla-run", "/root", "/run", "/tmp", "/var/lib", "/var/log", "/var/tmp")
ELSEWHERE = re.compile(
    r"/var/lib/(docker/(?!volumes)|containerd|ceph/osd|lab-layers|apt|dpkg)|/run/(docker|containerd|netns)"
)
"""Layers of images, data of disks, packages: no file of a cloud's own."""
LOGS = re.compile(r"/var/log/|/var/lib/docker/volumes/kolla_logs/")
LIMIT = 64 << 20
"""Bytes of a file that is looked into; databases are larger, and have their own users."""
OTHERS = stat.S_IROTH | stat.S_IWOTH


def files() -> Iterator[tuple[Path, bool]]:
    """Every file, and whether anybody may read it: it itself and all folders above it."""
    for top in FOLDERS:
        for folder, names, found in os.walk(top):
            names[:] = [name for name in names if not ELSEWHERE.match(f"{folder}/{name}")]
            closed = any(
                not path.stat().st_mode & stat.S_IXOTH for path in (Path(folder), *Path(folder).parents)
            )
            for name in found:
                path = Path(folder, name)
                state = path.lstat()
                if stat.S_ISREG(state.st_mode) and state.st_size < LIMIT:
                    yield path, not closed and bool(state.st_mode & OTHERS)


def holding(secrets: Iterable[bytes]) -> Iterator[str]:
    """Every file with a secret in it."""
    for path, _ in files():
        try:
            if any(map(path.read_bytes().__contains__, secrets)):
                yield f"{stat.S_IMODE(path.stat().st_mode):o} {path}"
        except OSError:  # it went, as temporary files do
            continue


def main() -> None:
    names: dict[bytes, str] = {value.encode(): name for name, value in json.load(sys.stdin).items()}
    if sys.argv[1:] == ["files"]:
        print(*holding(names), sep="\n")
        return

    def report(place: str, data: bytes) -> None:
        # One search for each is a hundred times as quick as one pattern of them all.
        for found in filter(data.__contains__, names):
            print(f"{place}: {names[found]}")

    for path, readable in files():
        if readable or LOGS.match(str(path)):
            try:
                report(str(path), path.read_bytes())
            except OSError:  # it went, as temporary files do
                continue
    journal = subprocess.run(["journalctl", "--quiet", "--no-pager"], capture_output=True, check=True)
    report("journal", journal.stdout)
    for process in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            report(f"command line of {process.parent.name}", process.read_bytes().replace(b"\0", b" "))
        except OSError:
            continue


main()
