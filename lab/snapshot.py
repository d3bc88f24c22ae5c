"""Snapshots: the disks of a lab whose hosts are off, and what the operator has of it, kept to start from again.

A disk is a layer over the image. A snapshot takes that layer, and the disk goes on as a new one on top: nothing is
copied, and a disk that is restored is a new layer as well. Only Docker's folders are copied, without image layers.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from lab import layers, paths
from lab.disk import Disk, disks, layers_of
from lab.errors import LabError
from lab.topology import MIRROR
from machine.roots import copy, remove_tree

_OPERATORS = ("ssh", "known_hosts", "state", "kolla", "vault")
"""What the operator has below .lab: keys, Pulumi's state, passwords, what opens the vault."""
_META = "snapshot.json"
"""Written last: without it a snapshot is not complete."""
_BEGUN = "begun"
"""Until then: the id of the lab that is being kept."""


@dataclass(frozen=True)
class Snapshot:
    """A snapshot in the cache."""

    folder: Path
    name: str
    fits: str
    """What it was made on; a lab made on something else does not start from it."""
    made: str
    """When, in UTC."""

    def host(self, name: str) -> Path:
        """Folder of a host's files."""
        return self.folder / "hosts" / name


def home(cache: Path) -> Path:
    """Where snapshots are."""
    return cache / "lab" / "snapshots"


def snapshots(cache: Path) -> list[Snapshot]:
    """All that are complete, the newest first."""
    metas = sorted(home(cache).glob(f"*/{_META}"), reverse=True)
    return [Snapshot(meta.parent, **json.loads(meta.read_text())) for meta in metas]


def newest(cache: Path, name: str, fits: Collection[str]) -> Snapshot:
    """The newest of a name that was made on one of these.

    Raises:
        LabError: there is none, or it was made on other images.
    """
    named = [one for one in snapshots(cache) if one.name == name]
    for one in named:
        if one.fits in fits:
            return one
    there = ", ".join(sorted({one.name for one in snapshots(cache)})) or "none"
    why = "was made on other images" if named else f"does not exist (snapshots: {there})"
    raise LabError(f"snapshot {name} {why}: `make lab FRESH=1` deploys from nothing")


def save(cache: Path, name: str, fits: str, lab: str) -> Snapshot:
    """Keep the lab, whose hosts are off; one that was begun for this very lab (its id) is gone on with."""
    now = datetime.now(UTC)
    begun = [path.parent for path in home(cache).glob(f"*/{_BEGUN}") if path.read_text() == lab]
    folder = begun[0] if begun else home(cache) / f"{now:%Y%m%d-%H%M%S}"
    one = Snapshot(folder, name, fits, f"{now:%Y-%m-%d %H:%M:%S}")
    paths.write(folder / _BEGUN, lab)
    layers.store(cache).mkdir(parents=True, exist_ok=True)
    for disk in _saved():
        kept = one.host(disk.host.name)
        layers.share(disk.folder / "docker", layers.store(cache))
        if not (kept / "docker").exists():
            copy(disk.folder / "docker", kept / "docker")
        disk.freeze(kept)
    for operators in _OPERATORS:
        if (paths.LAB / operators).exists():
            copy(paths.LAB / operators, folder / operators)
    meta = {key: value for key, value in asdict(one).items() if key != "folder"}
    paths.write(folder / _META, json.dumps(meta, indent=1) + "\n", 0o600)
    (folder / _BEGUN).unlink()
    return one


def restore(one: Snapshot) -> None:
    """Lay out a lab's files as they were, where there is no lab. Powering on is the caller's."""
    for operators in _OPERATORS:
        target = paths.LAB / operators
        # What is there was laid out by a run that was killed: there is no lab.
        if target.is_dir():
            remove_tree(target)
        if (one.folder / operators).exists():
            copy(one.folder / operators, target)
    for disk in _saved():
        disk.thaw(one.host(disk.host.name))


def image_below() -> str:
    """Key of the image that the lab's disks are layers on; of several images, all keys: nothing else fits that.

    A host that was reinstalled after the recipe changed lies on a newer one than the others.
    """
    return "+".join(sorted({disk.images.key for disk in _saved() if disk.exists}))


def _saved() -> list[Disk]:
    """The disks that a snapshot has: all but the mirror's, which holds nothing of its own."""
    return [disk for disk in disks().values() if disk.host != MIRROR]


def prune(cache: Path, lab: Iterable[Disk] = ()) -> list[str]:
    """Remove snapshots that a newer one of the same name replaces, and layers that nothing uses; their names.

    One that a disk of the lab, or of a snapshot that stays, is a layer on stays as well.
    """
    newest_of: dict[str, Snapshot] = {}
    for one in snapshots(cache):
        newest_of.setdefault(one.name, one)
    lab = list(lab)
    needed = {layer for disk in lab for layer in disk.below}
    for one in newest_of.values():
        needed |= {layer for path in one.folder.glob("hosts/*") for layer in layers_of(path)}
    kept = {path.parents[2] for path in needed} | {one.folder for one in newest_of.values()}
    gone = [path for path in sorted(home(cache).glob("*")) if path not in kept]
    for path in gone:
        remove_tree(path)
    dockers = [disk.folder / "docker" for disk in lab] + list(home(cache).glob("*/hosts/*/docker"))
    used = set().union(*(layers.used(docker) for docker in dockers))
    for layer in layers.store(cache).glob("*"):
        if layer.name not in used:
            remove_tree(layer)
    return [path.name for path in gone]
