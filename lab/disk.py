"""A host's disk: a layer over the base image, with what makes the host this host and no other."""

from __future__ import annotations

import json
import os
import uuid
from dataclasses import dataclass
from pathlib import Path

from lab import links, network, paths
from lab.errors import LabError
from lab.image import Images
from lab.topology import ADMIN, DOMAIN, EVERY, MIRROR, NETWORKS, Host
from machine import mounts
from machine.commands import run
from machine.roots import copy, move, overlay_options, put, remove_tree

ADMIN_ID = 1000
"""uid and gid of the first user that an image gets."""
HOST_KEY = "etc/ssh/ssh_host_ed25519_key"
BELOW = "below"
"""File next to a disk's layer: the layers of snapshots below it, one a line."""


def folder(name: str) -> Path:
    """Where a host's files are."""
    return paths.HOSTS_DIR / name


def netplan(host: Host) -> str:
    """What an installer writes for a host's interfaces (JSON is YAML)."""
    ethernets: dict[str, dict[str, object]] = {}
    for connected in (NETWORKS[name] for name in host.cabled):
        settings: dict[str, object] = {"dhcp4": False, "accept-ra": False}
        if address := host.addresses.get(connected.name):
            settings["addresses"] = [f"{address}/{connected.cidr.prefixlen}"]
        if connected.name == "management":
            settings["routes"] = [{"to": "default", "via": str(connected.gateway)}]
        ethernets[connected.interface] = settings
    document = {"network": {"version": 2, "renderer": "networkd", "ethernets": ethernets}}
    return json.dumps(document, indent=2) + "\n"


def identity(host: Host, resolver: str) -> dict[str, tuple[str, int]]:
    """Files of a host that are its own, by path: content and mode."""
    return {
        "etc/hostname": (f"{host.name}\n", 0o644),
        "etc/machine-id": (f"{uuid.uuid4().hex}\n", 0o444),
        "etc/hosts": (f"127.0.0.1 localhost\n127.0.1.1 {host.name}.{DOMAIN} {host.name}\n", 0o644),
        "etc/resolv.conf": (resolver, 0o644),
        "etc/netplan/00-installer.yaml": (netplan(host), 0o600),
    }


@dataclass(frozen=True)
class Disk:
    """The disk of one host."""

    host: Host

    @property
    def folder(self) -> Path:
        return folder(self.host.name)

    @property
    def host_key(self) -> Path:
        """The host's own SSH key, on its disk."""
        for layer in (self.folder / "upper", *self.below):
            if (layer / HOST_KEY).exists():
                return layer / HOST_KEY
        return self.folder / "upper" / HOST_KEY

    @property
    def below(self) -> list[Path]:
        """The layers of snapshots between the image and this disk, the topmost first."""
        return _read_layers(self.folder)

    @property
    def exists(self) -> bool:
        return (self.folder / "ready").exists()

    @property
    def images(self) -> Images:
        """The images that the disk is a layer on: a newer image would not fit under it."""
        if not self.exists:
            raise LabError(f"{self.host.name} has no disk: `lab/lab up` makes what is missing")
        return Images(Path((self.folder / "ready").read_text()))

    def make(self, resolver: str, authorized_key: str, images: Images) -> None:
        """Make a blank disk with a new identity; one that is complete is left alone."""
        if self.exists:
            return
        self.delete()
        upper = self.folder / "upper"
        for name in ("upper", "work", "root", "docker"):
            (self.folder / name).mkdir(parents=True)
        for path, (text, mode) in identity(self.host, resolver).items():
            put(upper / path, text, mode)
        self.host_key.parent.mkdir(parents=True)
        comment = f"root@{self.host.name}"
        run(("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", comment, "-f", str(self.host_key)))
        home = upper / "home" / ADMIN
        put(home / ".ssh/authorized_keys", authorized_key, 0o600)
        for own, mode in ((home, 0o700), (home / ".ssh", 0o700), (home / ".ssh/authorized_keys", 0o600)):
            own.chmod(mode)
            os.chown(own, ADMIN_ID, ADMIN_ID)
        self._finish(images)

    def freeze(self, kept: Path) -> None:
        """Make what was written so far a layer below, in a folder `kept`; the disk goes on as an empty one on it.

        It goes on after an interruption.
        """
        layer = kept / "upper"
        if layer not in self.below:
            put(kept / "ready", str(self.images.folder))
            put(kept / BELOW, "".join(f"{one}\n" for one in self.below))
            if not layer.exists():
                move(self.folder / "upper", layer)
            put(self.folder / BELOW, "".join(f"{one}\n" for one in layers_of(kept)))
        for name in ("upper", "work"):
            remove_tree(self.folder / name)
            (self.folder / name).mkdir()

    def thaw(self, kept: Path) -> None:
        """Make the disk, which is not there, as an empty layer on a frozen one."""
        self.delete()
        for name in ("upper", "work", "root"):
            (self.folder / name).mkdir(parents=True)
        copy(kept / "docker", self.folder / "docker")
        put(self.folder / BELOW, "".join(f"{one}\n" for one in layers_of(kept)))
        self._finish(Images(Path((kept / "ready").read_text())))

    def _finish(self, images: Images) -> None:
        put(self.folder / "cables", network.cables(self.host))
        put(self.folder / "unplug", network.unplug(self.host))
        put(self.folder / "ready", str(images.folder))

    def mount(self) -> None:
        """Put the disk together; nothing to do when it is."""
        root = self.folder / "root"
        if mounts.is_mounted(root):
            return
        images = self.images
        if not images.base.is_dir():
            raise LabError(
                f"{self.host.name}: the image under its disk is gone ({images.base}); "
                "`lab/lab down`, then `lab/lab up` makes both again"
            )
        for layer in self.below:
            if not layer.is_dir():
                raise LabError(
                    f"{self.host.name}: the snapshot under its disk is gone ({layer}): `make lab FRESH=1`"
                )
        image = (images.mirror, images.base) if self.host == MIRROR else (images.base,)
        lower = (*self.below, *image)
        options = overlay_options(lower, self.folder / "upper", self.folder / "work")
        run(("mount", "-t", "overlay", self.host.namespace, "-o", options, str(root)))

    def unmount(self) -> None:
        """Take the disk apart."""
        mounts.unmount(self.folder / "root")

    def delete(self) -> None:
        """Delete the disk."""
        remove_tree(self.folder)

    def public_key(self) -> str:
        """The host's public SSH key, `TYPE BASE64`."""
        return " ".join(self.host_key.with_suffix(".pub").read_text().split()[:2])


def layers_of(kept: Path) -> list[Path]:
    """A frozen disk's layer and the ones below it, the topmost first."""
    return [kept / "upper", *_read_layers(kept)]


def _read_layers(folder: Path) -> list[Path]:
    file = folder / BELOW
    return [Path(line) for line in file.read_text().splitlines()] if file.exists() else []


def disks() -> dict[str, Disk]:
    """Every disk of the lab, by host."""
    return {name: Disk(host) for name, host in EVERY.items()}


def unplug(host: Host) -> None:
    """Pull a host's cables; those that are not there are none."""
    links.remove([host.link(name) for name in host.cabled], [host.namespace])
