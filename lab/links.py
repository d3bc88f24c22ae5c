"""Interfaces and network namespaces of the lab on the machine: which there are, and taking them away."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from lab.errors import LabError
from lab.network import NAMESPACES
from lab.topology import PREFIX
from machine import mounts
from machine.commands import attempt, output


def links() -> set[str]:
    """Names of the machine's interfaces."""
    return {link["ifname"] for link in json.loads(output(("ip", "-json", "link")))}


def namespaces(folder: Path = NAMESPACES) -> set[str]:
    """Names of the machine's network namespaces."""
    return {path.name for path in folder.iterdir()} if folder.is_dir() else set()


def remove(unwanted_links: Iterable[str], unwanted_namespaces: Iterable[str]) -> None:
    """Take away interfaces and namespaces; one that is gone, or goes meanwhile, is as it should be.

    Raises:
        LabError: something is still there, with the kernel's reason.
    """
    wrong_links, wrong_namespaces = set(unwanted_links), set(unwanted_namespaces)
    batch = [f"link delete {name}" for name in sorted(wrong_links & links())]
    batch += [f"netns delete {name}" for name in sorted(wrong_namespaces & namespaces())]
    if not batch:
        return
    words = attempt(("ip", "-force", "-batch", "-"), stdin="\n".join(batch) + "\n")
    if left := sorted(wrong_links & links() | wrong_namespaces & namespaces()):
        raise LabError(f"{', '.join(left)} cannot be removed: {words}; try again")


def remove_all() -> None:
    """Take away every interface and namespace of the lab."""
    remove(*({name for name in found if name.startswith(PREFIX)} for found in (links(), namespaces())))


def remove_folder(folder: Path = NAMESPACES) -> None:
    """Take away the machine's folder of namespaces, which `ip netns add` binds onto itself; one in use stays."""
    if not namespaces(folder):
        mounts.unmount(folder)
        if folder.is_dir():
            folder.rmdir()
