"""The site's package mirror: apt-cacher-ng in a container of its own; the cache folder keeps its packages."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from lab.sources import Archive
from lab.topology import MIRROR_PORT

PACKAGES = ("apt-cacher-ng",)
STORE = "/var/cache/apt-cacher-ng"
"""Where the mirror keeps packages; a folder of the cache is mounted there."""


def files(archives: Iterable[Archive]) -> dict[str, str]:
    """Its configuration, by path in the image."""
    lines = [f"CacheDir: {STORE}", "LogDir: /var/log/apt-cacher-ng", f"Port: {MIRROR_PORT}", "ReportPage:"]
    # Only what is mapped is served: the mirror is no open proxy.
    lines += ["ForceManaged: 1", "ExThreshold: 30", "VerboseLog: 0"]
    lines += [
        f"Remap-archive{number}: {archive.folder} ; {archive.uri}" for number, archive in enumerate(archives)
    ]
    # The package's own configuration maps archives that this site does not have: replaced as a whole.
    owner = f"Z {STORE} - apt-cacher-ng apt-cacher-ng\n"
    return {"etc/apt-cacher-ng/acng.conf": "\n".join(lines) + "\n", "etc/tmpfiles.d/mirror.conf": owner}


def store(cache: Path) -> Path:
    """The folder of the cache that holds the packages."""
    return cache / "apt"
