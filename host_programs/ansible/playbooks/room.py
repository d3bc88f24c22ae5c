"""Where a host's Docker keeps image layers, what is free there, and the layers of the images that it has, as JSON.

Reads only. Runs on every host as root, Python 3.9+; what it gets is the container engine. Where it is not sure that
an unpacked layer takes its size there (file systems that compress, other storage drivers, no Docker), it says `{}`.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from typing import Any

SECONDS = 60
PLAIN = {"ext2/ext3", "xfs"}
"""File systems as stat(1) names them: what is written takes its size. ext4 has the magic of ext2."""


def said(*argv: str) -> str:
    """What a program prints."""
    done = subprocess.run(
        argv, capture_output=True, encoding="utf-8", errors="replace", timeout=SECONDS, check=True
    )
    return done.stdout


def folder(info: dict[str, Any]) -> str:
    """Where layers are unpacked; "" where that is not known."""
    if info["Driver"] == "overlay2":
        return str(info["DockerRootDir"])
    if info["Driver"] == "overlayfs":
        # containerd's own image store: the default of new installations since Docker 29.
        found = re.findall(r"^root = ['\"](/.+)['\"]", said("containerd", "config", "dump"), re.MULTILINE)
        return str(found[0]) if found else ""
    return ""


def main(engine: str) -> dict[str, Any]:
    """All of it."""
    if engine != "docker":
        return {}
    info = json.loads(said(engine, "info", "--format", "{{json .}}"))
    where = folder(info)
    if not where or said("stat", "--file-system", "--format", "%T", where).strip() not in PLAIN:
        return {}
    names = sorted(set(said(engine, "image", "ls", "--all", "--quiet", "--no-trunc").split()))
    layers = said(engine, "image", "inspect", "--format", "{{json .RootFS.Layers}}", *names) if names else ""
    space = os.statvfs(where)
    return {
        "folder": where,
        # Docker is root's, who may use what is kept from others.
        "free": space.f_bfree * space.f_frsize,
        "machine": info["Architecture"],
        "images": [json.loads(line) or [] for line in layers.splitlines()],
    }


if __name__ == "__main__":
    try:
        answer = main(*sys.argv[1:])
    except (OSError, subprocess.SubprocessError, ValueError, KeyError):
        answer = {}
    json.dump(answer, sys.stdout)
