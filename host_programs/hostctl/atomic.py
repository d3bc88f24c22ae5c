"""Replace a file in one step, and say well what went wrong if the disk is full."""

# os calls on purpose: pathlib costs a tenth of the time that a whole check may take.
from __future__ import annotations

import errno
import os
from typing import Sequence

from host_programs.hostctl.errors import HostctlError

TEMP_MARK = ".hostctl-"


def replace(target: str, data: bytes, mode: int, ids: Sequence[int]) -> None:
    """Write next to the target, flush, set owner and mode, rename: a reader sees the old file or the new.

    Raises:
        OSError: the target is as it was, and nothing is left next to it.
    """
    folder = os.path.dirname(target)
    os.makedirs(folder, exist_ok=True)
    sweep(folder)
    temporary = os.path.join(folder, f"{TEMP_MARK}{os.path.basename(target)}.{os.getpid()}")
    try:
        # Private until it has its owner.
        handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
        try:
            put(handle, data)
            os.fchown(handle, ids[0], ids[1])
            os.fchmod(handle, mode)
            os.fsync(handle)
        finally:
            os.close(handle)
        os.rename(temporary, target)
    except BaseException:
        if os.path.lexists(temporary):
            os.unlink(temporary)
        raise
    sync_folder(folder)


def put(handle: int, data: bytes) -> None:
    """Write all of it."""
    while data:
        data = data[os.write(handle, data) :]


def sweep(folder: str) -> None:
    """Remove temporary files that killed runs left in `folder`."""
    for name in os.listdir(folder):
        owner = name.rpartition(".")[2]
        if name.startswith(TEMP_MARK) and owner.isdigit() and not os.path.exists(f"/proc/{owner}"):
            os.unlink(os.path.join(folder, name))


def remove_tree(root: str) -> None:
    """Remove a folder of ours and all in it."""
    for folder, folders, files in os.walk(root, topdown=False):
        for name in files:
            os.unlink(os.path.join(folder, name))
        for name in folders:
            os.rmdir(os.path.join(folder, name))
    os.rmdir(root)


def sync_folder(folder: str) -> None:
    """Have the names in a folder survive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def explain(path: str, target: str, needed: int, error: OSError) -> HostctlError:
    """The error for the operator; of a full disk with what is needed, what is free, and where."""
    if error.errno not in {errno.ENOSPC, errno.EDQUOT}:
        return HostctlError(path, f"cannot be written: {error.strerror}")
    folder = os.path.dirname(target)
    while not os.path.exists(folder):
        folder = os.path.dirname(folder)
    free = os.statvfs(folder)
    mount = folder
    while mount != "/" and not os.path.ismount(mount):
        mount = os.path.dirname(mount)
    return HostctlError(
        path,
        f"no space: needs {needed} bytes, {free.f_bavail * free.f_frsize} bytes "
        f"and {free.f_favail} inodes are free on {mount}; the old file is untouched",
        f"free space on {mount} and apply again",
    )
