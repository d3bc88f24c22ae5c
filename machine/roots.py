"""Root file systems on this machine: files put into them, overlays on them, commands run inside."""

from __future__ import annotations

import errno
import os
import shlex
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from machine import mounts
from machine.commands import output, run
from machine.errors import MachineError

POLICY = "usr/sbin/policy-rc.d"
RESOLVER = "etc/resolv.conf"

_INSIDE = """\
root=$1 shared=$2; shift 2
mount --bind /proc "$root/proc" && mount --bind /dev "$root/dev" || exit 125
if [ -n "$shared" ]; then mount --bind "$shared" "$root/mnt" || exit 125; fi
exec chroot "$root" "$@"
"""


def overlay_options(lower: tuple[Path, ...], upper: Path, work: Path) -> str:
    """Mount options of an overlay, the topmost read-only layer first."""
    return f"lowerdir={':'.join(map(str, lower))},upperdir={upper},workdir={work}"


@contextmanager
def overlay(lower: tuple[Path, ...], upper: Path, work: Path, root: Path) -> Iterator[None]:
    """An overlay on root folders, the topmost first, while a layer is being made in `upper`."""
    run(("mount", "-t", "overlay", "oc-image", "-o", overlay_options(lower, upper, work), str(root)))
    try:
        yield
    finally:
        run(("umount", str(root)))


def put(path: Path, text: str, mode: int = 0o644) -> None:
    """Write a file of a root, making its folders."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    path.write_text(text)
    path.chmod(mode)


def chroot(
    root: Path,
    *argv: str,
    stdin: str = "",
    env: Mapping[str, str] | None = None,
    shared: Path | None = None,
    timeout: float = 600,
) -> str:
    """What a command prints that runs in a root, with the machine's network and without starting services.

    It runs in its own mount and process namespaces: whatever it mounts or starts ends with it. `env` is added to the
    environment, `shared` is a folder of the machine that it sees as /mnt.

    Raises:
        MachineError: it failed; with the command and its last words.
    """
    policy, resolver = root / POLICY, root / RESOLVER
    put(policy, "#!/bin/sh\nexit 101\n", 0o755)
    put(resolver, Path("/etc/resolv.conf").read_text())
    environment = {
        "PATH": "/usr/sbin:/usr/bin:/sbin:/bin",
        "DEBIAN_FRONTEND": "noninteractive",
        "LC_ALL": "C.UTF-8",
        **{key: value for key, value in os.environ.items() if key.lower().endswith("_proxy")},
        **(env or {}),
    }
    # A run that is killed takes what it started with it; else that would go on in the root.
    apart = ("setpriv", "--pdeathsig", "KILL", "unshare", "--mount", "--pid", "--fork", "--kill-child")
    command = (*apart, "sh", "-c", _INSIDE, "-", str(root), str(shared or ""), *argv)
    try:
        return output(command, stdin=stdin, timeout=timeout, env=environment)
    except MachineError as error:
        # What was asked for, without the way into the root.
        raise MachineError(str(error).replace(shlex.join(command), f"chroot: {shlex.join(argv)}")) from error
    finally:
        policy.unlink(missing_ok=True)
        resolver.unlink(missing_ok=True)


def remove_tree(path: Path) -> None:
    """Delete a folder, if there is one.

    Raises:
        MachineError: something is still mounted below it; deleting would empty that.
    """
    if below := mounts.below(path):
        raise MachineError(f"{below[0]} is still mounted: `umount {below[0]}`, then again")
    if path.exists():
        shutil.rmtree(path)


def move(source: Path, target: Path) -> None:
    """Move a folder with all that it has; it is at its new place whole or not at all."""
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        source.rename(target)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        copy(source, target)
        remove_tree(source)


def copy(source: Path, target: Path) -> None:
    """Copy a file or a folder with owners, modes, links, holes and attributes; whole or not at all."""
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(f"{target.name}.partial")
    if partial.is_dir():
        remove_tree(partial)
    run(("cp", "--archive", "--no-target-directory", str(source), str(partial)), timeout=900)
    partial.rename(target)
