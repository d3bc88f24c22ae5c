"""Programs of Debian's packages for tests: the machine's own, else those in the project's cache."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from config.cache import cache_folder
from machine.debian import unpacked
from machine.errors import MachineError

PACKAGES = {
    "promtool": "prometheus",
    "prometheus": "prometheus",
    "amtool": "prometheus-alertmanager",
    "prometheus-alertmanager": "prometheus-alertmanager",
    "prometheus-node-exporter": "prometheus-node-exporter",
    "lego": "lego",
    "pebble": "pebble",
    "pebble-challtestsrv": "pebble",
}
HAPROXY_LIBRARIES = ("liblua5.3-0", "libopentracing-c-wrapper0", "libopentracing1")
CACHE = cache_folder() / "debian"
"""Asked before any test has a home of its own."""
_WITH_SHARE = 'mount -t overlay overlay -o "lowerdir=$0:/usr/share" /usr/share && exec "$@"'


def program(name: str) -> str:
    """Path of a program. It is never fetched here: unit tests need no network.

    Raises:
        LookupError: it is not there; says how to get it.
    """
    kept = CACHE / PACKAGES[name] / "usr/bin" / name
    found = shutil.which(name) or (str(kept) if kept.is_file() else None)
    if found is None:
        raise LookupError(
            f"there is no {name} here: `make programs` fetches it (Debian, Ubuntu), or install it"
        )
    return found


def server(name: str) -> tuple[str, ...]:
    """Command of a server. From the cache it finds its package's files at /usr/share, in a mount namespace (root)."""
    found = program(name)
    share = CACHE / PACKAGES[name] / "usr/share"
    if not found.startswith(str(CACHE)):
        return (found,)
    return ("unshare", "--mount", "sh", "-ec", _WITH_SHARE, str(share), found)


def haproxy() -> tuple[str, ...]:
    """Command of HAProxy; fetched with its libraries where the machine has none (loopback tests)."""
    found = shutil.which("haproxy")
    if found:
        return (found,)
    roots = [unpacked(name, CACHE) for name in ("haproxy", *HAPROXY_LIBRARIES)]
    folders = sorted({str(path.parent) for root in roots[1:] for path in root.rglob("*.so*")})
    return ("env", f"LD_LIBRARY_PATH={':'.join(folders)}", str(roots[0] / "usr/sbin/haproxy"))


def fetch(folder: Path) -> None:
    """Everything that the machine lacks."""
    for package in sorted({package for name, package in PACKAGES.items() if not shutil.which(name)}):
        unpacked(package, folder)


if __name__ == "__main__":
    try:
        fetch(CACHE)
    except MachineError as error:
        sys.exit(str(error))
