"""The half of a host that plans may use: files below a root prefix, looked at and never changed."""

# os calls on purpose: pathlib costs a tenth of the time that a whole check may take.
from __future__ import annotations

import os
import stat as statmod
from typing import List, NamedTuple, Optional

from host_programs.hostctl import owners
from host_programs.hostctl.errors import HostctlError


class Stat(NamedTuple):
    """Mode and ownership of a file: `mode` as "0644", `owner` as "root:root"."""

    mode: str
    owner: str
    is_dir: bool
    is_link: bool


class Reading:
    """The real host's files, or those of a directory that looks like one (`root`)."""

    def __init__(self, root: str = "/") -> None:
        """Use `root` as the prefix of every path."""
        self.root = root.rstrip("/")

    def real(self, path: str) -> str:
        """Where `path` of the host is for this process."""
        return self.root + path

    def read(self, path: str) -> Optional[str]:
        """Return the text of a file, or None; bytes that are not UTF-8 survive a round trip."""
        try:
            with open(self.real(path), encoding="utf-8", errors="surrogateescape", newline="") as file:
                return file.read()
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
            return None
        except OSError as error:
            raise HostctlError(path, f"cannot be read: {error.strerror}") from error

    def read_bytes(self, path: str, offset: int) -> bytes:
        """What a growing file holds from `offset` on."""
        with open(self.real(path), "rb") as file:
            file.seek(offset)
            return file.read()

    def exists(self, path: str) -> bool:
        """Whether there is anything at `path`, a dangling link included."""
        return os.path.lexists(self.real(path))

    def writable(self, path: str) -> bool:
        """Whether the kernel would let us write (False on a read-only mount, for root too)."""
        return os.access(self.real(path), os.W_OK)

    def names(self, path: str) -> List[str]:
        """Return the sorted names in a directory; none if it does not exist."""
        try:
            return sorted(os.listdir(self.real(path)))
        except (FileNotFoundError, NotADirectoryError):
            return []

    def age(self, path: str) -> Optional[float]:
        """Seconds since `path` was last changed, or None if it does not exist."""
        try:
            changed = os.stat(self.real(path)).st_mtime
        except OSError:
            return None
        return max(0.0, self.now() - changed)

    def now(self) -> float:
        """The wall clock, in seconds."""
        import time  # noqa: PLC0415 - rarely needed

        return time.time()

    def pid(self) -> int:
        """This process."""
        return os.getpid()

    def stat(self, path: str) -> Optional[Stat]:
        """Mode and owner of `path` itself (links are not followed), or None."""
        try:
            found = os.lstat(self.real(path))
        except (FileNotFoundError, NotADirectoryError):
            return None
        return Stat(
            f"{statmod.S_IMODE(found.st_mode):04o}",
            f"{owners.user(found.st_uid)}:{owners.group(found.st_gid)}",
            statmod.S_ISDIR(found.st_mode),
            statmod.S_ISLNK(found.st_mode),
        )

    def readlink(self, path: str) -> Optional[str]:
        """Return where a symbolic link points to, or None if `path` is not one."""
        try:
            return os.readlink(self.real(path))
        except OSError:
            return None
