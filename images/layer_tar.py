"""A folder as the tar of an image's layer: in a fixed order, deletions as whiteouts, nothing of this machine in it."""

from __future__ import annotations

import os
import stat
import tarfile
from collections.abc import Iterable, Iterator
from fnmatch import fnmatch
from pathlib import Path
from typing import IO, cast

from images.registry import Incoming

LEFT_OUT = (
    *("dev/*", "proc/*", "sys/*", "mnt/*", "tmp/*", "root/.cache"),
    *("etc/resolv.conf", "etc/hostname", "etc/machine-id", "var/lib/dbus/machine-id"),
    *("etc/apt/sources.list", "etc/apt/sources.list.d/*", "etc/apt/preferences", "etc/apt/preferences.d/*"),
    *("etc/kolla/apt-keys", "usr/sbin/policy-rc.d", "etc/ssh/ssh_host_*"),
    *("var/cache/apt/*", "var/lib/apt/lists/*", "var/cache/debconf/*-old", "var/cache/ldconfig/*"),
    *("var/log/*.log", "var/log/apt/*", "var/cache/man/*"),
)
"""What building leaves behind: mirrors' names, this machine's resolver, keys that must not be everyone's."""


def left_out(path: str) -> bool:
    """Whether a path, relative to the root, is in no layer; what lies below such a path is not looked at."""
    return any(fnmatch(path, pattern) for pattern in LEFT_OUT)


def write(root: Path, target: Incoming, only: Iterable[str] = (".",)) -> None:
    """Write a folder's tar: an overlay's upper folder, or of a root the places named in `only`."""
    with tarfile.open(fileobj=cast("IO[bytes]", target), mode="w|", format=tarfile.PAX_FORMAT) as tar:
        for path in _walk(root, only):
            _add(tar, root, path)


def _walk(root: Path, only: Iterable[str]) -> Iterator[str]:
    stack = sorted((place for place in only), reverse=True)
    while stack:
        path = stack.pop()
        here = root / path
        if path != ".":
            yield path
        if here.is_dir() and not here.is_symlink():
            inside = sorted(os.listdir(here), reverse=True)  # noqa: PTH208
            names = (name if path == "." else f"{path}/{name}" for name in inside)
            stack.extend(name for name in names if not left_out(name))


def _add(tar: tarfile.TarFile, root: Path, path: str) -> None:
    here = root / path
    about = here.lstat()
    folder, _, name = path.rpartition("/")
    if stat.S_ISCHR(about.st_mode) and about.st_rdev == 0:  # how an overlay marks what was deleted
        _add_empty(tar, f"{folder}/.wh.{name}".lstrip("/"))
        return
    if stat.S_ISSOCK(about.st_mode):
        return
    member = tar.gettarinfo(str(here), arcname=path)
    member.uname = member.gname = ""
    member.mtime = int(member.mtime)  # a fraction would take a header of its own, a kilobyte for each file
    if capability := _attribute(here, "security.capability"):
        # As GNU tar and Docker write extended attributes: bytes in a pax header, which tarfile keeps by this encoding.
        member.pax_headers = {
            "SCHILY.xattr.security.capability": capability.decode("utf-8", "surrogateescape")
        }
    if member.isreg():
        with here.open("rb") as content:
            tar.addfile(member, content)
    else:
        tar.addfile(member)
    if member.isdir() and _attribute(here, "trusted.overlay.opaque") == b"y":
        _add_empty(tar, f"{path}/.wh..wh..opq")


def _add_empty(tar: tarfile.TarFile, path: str) -> None:
    tar.addfile(tarfile.TarInfo(path))


def _attribute(path: Path, name: str) -> bytes:
    try:
        return os.getxattr(path, name, follow_symlinks=False)
    except OSError:
        return b""
