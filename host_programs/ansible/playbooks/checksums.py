"""Checksums of all files below each folder of the command line, as JSON; runs on every host, Python 3.9+."""

from __future__ import annotations

import hashlib
import json
import os
import stat
import sys

LARGEST = 64 << 20
"""Bytes: what is larger is no configuration."""


def checksum(path: str) -> str | None:
    """sha256 of a file or of where a link points; None: neither, or gone meanwhile."""
    try:
        found = os.lstat(path)
        if stat.S_ISLNK(found.st_mode):
            return "link " + os.readlink(path)
        if not stat.S_ISREG(found.st_mode) or found.st_size > LARGEST:
            return None
        with open(path, "rb") as file:
            return hashlib.sha256(file.read()).hexdigest()
    except OSError:
        return None


def folder(root: str) -> dict[str, str]:
    """Checksum by path below the root."""
    found = {}
    for parent, _, names in os.walk(root):
        for name in names:
            path = os.path.join(parent, name)
            value = checksum(path)
            if value is not None:
                found[os.path.relpath(path, root)] = value
    return found


if __name__ == "__main__":
    json.dump([folder(root) for root in sys.argv[1:]], sys.stdout, sort_keys=True)
