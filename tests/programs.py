"""Programs of a host (netplan, sshd) for tests of what is written for them: the machine's, or the lab image's."""

from __future__ import annotations

import os
import shutil
import subprocess
from functools import cached_property
from pathlib import Path

import pytest

from config.cache import cache_folder
from lab import image, machine
from machine.errors import MachineError

Result = subprocess.CompletedProcess[str]

_IN_IMAGE = """\
root=$1 files=$2; shift 2
mount --bind /dev "$root/dev" && mount -t proc proc "$root/proc" && mount -t tmpfs tmpfs "$root/run"
mkdir "$root/run/sshd" && mount --bind "$files" "$root/mnt" || exit 125
exec chroot "$root" sh -c 'cd /mnt && exec "$@"' - "$@"
"""
"""In a mount namespace of its own, so that nothing of it stays, nor is seen in a lab on the same image."""

CACHE = cache_folder()
"""Asked before any test has a home of its own."""


class HostPrograms:
    """Runs a host's programs on a test's files."""

    def run(self, *argv: str, files: Path) -> Result:
        """Run a program in a folder, which is all that it shares with the test: name files relative to it."""
        if not shutil.which(argv[0], path="/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"):
            if self._image is None:
                pytest.skip(f"there is no {argv[0]} here, nor the lab's image (`lab/lab image` makes it)")
            argv = ("unshare", "--mount", "sh", "-c", _IN_IMAGE, "-", str(self._image), str(files), *argv)
        return subprocess.run(argv, cwd=files, capture_output=True, text=True, timeout=60, check=False)

    @cached_property
    def _image(self) -> Path | None:
        if os.geteuid() != 0:
            return None
        try:
            found = image.images(CACHE, image.recipe_here(machine.check())).base
        except MachineError:
            return None
        return found if found.is_dir() else None


@pytest.fixture(scope="session")
def host_programs() -> HostPrograms:
    """Programs of a host: this machine's own, or the ones in the lab's image."""
    return HostPrograms()
