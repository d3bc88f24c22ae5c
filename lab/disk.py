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
from machine.roots import overlay_options, put, remove_tree

ADMIN_ID = 1000
"""uid and gid of the first user that an image gets."""


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
        return self.folder / "upper/etc/ssh/ssh_host_ed25519_key"

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
        """Make a blank disk with a new identity; one that is whole is left alone."""
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
                "`lab/lab down`, then `lab/lab up` makes both anew"
            )
        lower = (images.mirror, images.base) if self.host == MIRROR else (images.base,)
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


def disks() -> dict[str, Disk]:
    """Every disk of the lab, by host."""
    return {name: Disk(host) for name, host in EVERY.items()}


def unplug(host: Host) -> None:
    """Pull a host's cables; those that are not there are none."""
    links.remove([host.link(name) for name in host.cabled], [host.namespace])
