"""The machine that carries the lab: what it must have, what it offers, what it lacks."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from lab.errors import LabError
from machine.commands import succeeds

SUPPORTED = {("debian", "12"), ("ubuntu", "24.04")}

PREREQUISITES = {
    "debootstrap": "debootstrap",
    "systemd-nspawn": "systemd-container",
    "nft": "nftables",
    "ip": "iproute2",
    "nsenter": "util-linux",
    "ssh": "openssh-client",
    "ssh-keygen": "openssh-client",
    "mount": "mount",
    "gpg": "gnupg",
}
"""Command that the lab runs -> apt package that has it."""

LAB_MODULES = ("br_netfilter", "overlay", "vxlan", "bonding", "8021q", "openvswitch", "geneve", "zram")
"""Kernel modules that hosts would load themselves; a container cannot, so the machine does."""

WITHOUT = {
    "bonding": "bonds: bond0 and bond1 are single links",
    "8021q": "VLANs: networks are untagged",
    "openvswitch": "the kernel's Open vSwitch: the user-space datapath instead",
    "geneve": "the kernel's Geneve",
    "sys_resource": "CAP_SYS_RESOURCE: limits cannot be raised above the machine's",
}
"""Missing feature -> what the lab lacks."""


@dataclass(frozen=True)
class Features:
    """What the machine's kernel and its confinement offer."""

    missing: tuple[str, ...]
    cgroup: str
    """`v1`, `v2` or `hybrid`."""

    def summary(self) -> str:
        """One line: what the lab lacks."""
        if not self.missing:
            return f"this machine has all that the lab's hosts need (cgroup {self.cgroup})"
        return "goes without " + "; ".join(WITHOUT[name] for name in self.missing)


def check() -> str:
    """The distribution's code name.

    Raises:
        LabError: not root, or not an operating system that the lab knows.
    """
    release = dict(
        line.split("=", 1) for line in Path("/etc/os-release").read_text().splitlines() if "=" in line
    )
    name, version = (release.get(key, "").strip('"') for key in ("ID", "VERSION_ID"))
    if os.uname().sysname != "Linux" or (name, version) not in SUPPORTED:
        raise LabError(f"the lab runs on Debian 12 and Ubuntu 24.04; this is {name or 'no Linux'} {version}")
    if os.geteuid() != 0:
        raise LabError("the lab makes containers and bridges, so it needs root: `sudo make lab`")
    if "overlay" not in Path("/proc/filesystems").read_text() and not succeeds("modprobe", "overlay"):
        raise LabError("this kernel has no overlay filesystem, on which the lab's disks are made")
    return release["VERSION_CODENAME"].strip('"')


def load_modules() -> list[str]:
    """Load what of LAB_MODULES can be loaded; the ones that were not there before."""
    listed = Path("/proc/modules")
    if not listed.exists():
        return []
    before = {line.split()[0] for line in listed.read_text().splitlines()}
    for name in LAB_MODULES:
        succeeds("modprobe", "--quiet", name)
    now = {line.split()[0] for line in listed.read_text().splitlines()}
    return [name for name in LAB_MODULES if name in now - before]


def features() -> Features:
    """Probe the kernel in a network namespace of its own, which vanishes with the probe."""
    missing = []
    for name, kind in (("bonding", "bond"), ("8021q", "vlan"), ("geneve", "geneve")):
        extra = {
            "vlan": "link lo name probe type vlan id 7",
            "geneve": "name probe type geneve id 7 remote 127.0.0.1",
        }.get(kind, f"name probe type {kind}")
        if not succeeds("unshare", "--net", "ip", "link", "add", *extra.split()):
            missing.append(name)
    if not Path("/sys/module/openvswitch").exists():
        missing.append("openvswitch")
    if not has_capability(24):
        missing.append("sys_resource")
    mounts = Path("/proc/self/mounts").read_text()
    v1, v2 = " cgroup " in mounts, " cgroup2 " in mounts
    return Features(tuple(missing), "hybrid" if v1 and v2 else "v1" if v1 else "v2")


def has_capability(number: int) -> bool:
    """Whether this process may use a capability (its number in linux/capability.h)."""
    status = Path("/proc/self/status").read_text()
    effective = next(line.split()[1] for line in status.splitlines() if line.startswith("CapEff:"))
    return bool(int(effective, 16) >> number & 1)
