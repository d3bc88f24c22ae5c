"""The base image: what an installer leaves on an empty machine, made once and kept in the cache.

A second image is a layer on it, with the package mirror of the lab's site.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from pathlib import Path

from lab import mirror, runtime
from lab.machine_files import machine_files
from lab.topology import ADMIN
from machine import sources
from machine.commands import Argv, run
from machine.roots import chroot, overlay, put, remove_tree
from machine.sources import Archive, keyring

VERSION = 1
"""Raise it when the recipe changes in code that is not part of `Recipe`."""

PACKAGES = (
    *("systemd", "systemd-sysv", "dbus", "libpam-systemd", "udev", "kmod", "procps", "apt-utils"),
    *("iproute2", "iputils-ping", "nftables", "netplan.io"),
    *("openssh-server", "sudo", "python3", "ca-certificates"),
)

FIXED_FILES = Path(__file__).parent / "image_files"
"""Files of the image that are the same everywhere, at their paths in the image."""


@dataclass(frozen=True)
class Recipe:
    """Everything that an image is made from; its hash is the image's name."""

    release: str
    distribution: str
    archives: tuple[Archive, ...]
    files: dict[str, str] = field(default_factory=dict)
    """Files taken over from the machine: CA certificates, proxies, pip's settings."""
    packages: tuple[str, ...] = PACKAGES

    def key(self) -> str:
        """Name of the image in the cache: equal recipes share one."""
        fixed = {str(path.relative_to(FIXED_FILES)): path.read_text() for path in fixed_files()}
        document = {
            "version": VERSION,
            "release": self.release,
            "archives": [archive.deb822("") for archive in self.archives],
            "packages": self.packages,
            "files": self.files,
            "fixed": fixed,
            "runtime": runtime.sources(),
            "mirror": [mirror.PACKAGES, mirror.files(self.archives)],
        }
        return hashlib.sha256(json.dumps(document, sort_keys=True).encode()).hexdigest()[:16]


def fixed_files() -> list[Path]:
    """Files under image_files/."""
    return sorted(path for path in FIXED_FILES.rglob("*") if path.is_file())


def recipe_here(release: str) -> Recipe:
    """The recipe on this machine, whose distribution's release it is (`bookworm`, `noble`)."""
    distribution = "ubuntu" if release == "noble" else "debian"
    return Recipe(release, distribution, tuple(sources.read(release)), machine_files())


@dataclass(frozen=True)
class Images:
    """The two images of a recipe."""

    folder: Path

    @property
    def key(self) -> str:
        """Of the recipe that they were made from."""
        return self.folder.name

    @property
    def base(self) -> Path:
        """The root folder of an empty machine."""
        return self.folder / "base"

    @property
    def mirror(self) -> Path:
        """A layer over `base`."""
        return self.folder / "mirror"


def images(cache: Path, made_from: Recipe) -> Images:
    """Where the images of a recipe are, or would be."""
    return Images(cache / "images" / made_from.key())


def bootstrap_command(made_from: Recipe, target: Path) -> Argv:
    """The debootstrap call for a recipe."""
    main = made_from.archives[0]
    return (
        "debootstrap",
        "--variant=minbase",
        f"--components={','.join(main.components)}",
        f"--include={','.join(made_from.packages)}",
        f"--keyring={keyring(made_from.distribution)}",
        made_from.release,
        str(target),
        main.uri,
    )


def build_base(made_from: Recipe, target: Path, cache: Path) -> None:
    """Make the base image; it appears whole or not at all. Tools to build it with are kept in the cache."""
    temporary = target.with_name("base.partial")
    remove_tree(temporary)
    temporary.mkdir(parents=True, mode=0o755)
    run(bootstrap_command(made_from, temporary), timeout=900)
    for name, text in made_from.files.items():
        # pip's settings may hold a login.
        put(temporary / name, text, 0o600 if name.endswith("pip.conf") else 0o644)
    for path in fixed_files():
        mode = 0o755 if path.parent.name == "sbin" else 0o644
        put(temporary / path.relative_to(FIXED_FILES), path.read_text(), mode)
    sources = [archive.deb822(keyring(made_from.distribution)) for archive in made_from.archives]
    (temporary / "etc/apt/sources.list").unlink(missing_ok=True)
    put(temporary / f"etc/apt/sources.list.d/{made_from.distribution}.sources", "\n".join(sources))
    put(temporary / f"etc/sudoers.d/{ADMIN}", f"{ADMIN} ALL=(ALL) NOPASSWD: ALL\n", 0o440)
    chroot(temporary, "update-ca-certificates")
    chroot(temporary, "apt-get", "update", "-qq")
    chroot(temporary, "apt-get", "upgrade", "-qq")
    chroot(temporary, "apt-get", "clean")
    chroot(temporary, "useradd", "--create-home", "--shell", "/bin/bash", ADMIN)
    chroot(temporary, "systemctl", "enable", "lab-cgroups.service")
    runtime.build(temporary, cache)
    # What must differ on each host is made with the host.
    for pattern in ("etc/ssh/ssh_host_*", "var/lib/dbus/machine-id", "etc/hostname", "var/log/*.log"):
        for path in temporary.glob(pattern):
            path.unlink()
    (temporary / "etc/machine-id").write_text("")
    temporary.rename(target)


def build_mirror(made_from: Recipe, found: Images) -> None:
    """Make the mirror's layer."""
    work = found.mirror.with_name("mirror.work")
    temporary = found.mirror.with_name("mirror.partial")
    root = found.mirror.with_name("mirror.root")
    for folder in (work, temporary, root):
        remove_tree(folder)
        folder.mkdir()
    with overlay((found.base,), temporary, work, root):
        chroot(root, "apt-get", "install", "-qq", "--no-install-recommends", *mirror.PACKAGES)
        chroot(root, "apt-get", "clean")
        for path, text in mirror.files(made_from.archives).items():
            put(root / path, text)
    for folder in (work, root):
        remove_tree(folder)
    temporary.rename(found.mirror)
