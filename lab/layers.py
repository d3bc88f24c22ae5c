"""Image layers of the hosts' Dockers, kept once: eleven hosts pull the same ones.

Docker's overlay2 never writes to an image layer, and it names a layer by all that is below it (the chain id). So a
layer's files may lie in one store for every host and every snapshot, with a link where Docker looks for them.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from machine.roots import move, remove_tree

IN_HOST = "/var/lib/lab-layers"
"""Where hosts see the store, read-only."""


def store(cache: Path) -> Path:
    """The store below the project's cache folder."""
    return cache / "lab" / "layers"


def share(docker: Path, kept: Path) -> None:
    """Move the image layers of a Docker folder that does not run into the store; goes on after an interruption."""
    for chain, files in _layers(docker):
        if files.is_symlink():
            continue
        shared = kept / chain
        if not shared.exists():
            move(files, shared)
        remove_tree(files)
        files.symlink_to(f"{IN_HOST}/{chain}")


def used(docker: Path) -> set[str]:
    """Names in the store that a Docker folder needs."""
    return {chain for chain, files in _layers(docker) if files.is_symlink()}


def _layers(docker: Path) -> Iterator[tuple[str, Path]]:
    """Chain id and folder of files of each image layer."""
    for entry in sorted((docker / "image/overlay2/layerdb/sha256").glob("*/cache-id")):
        yield entry.parent.name, docker / "overlay2" / entry.read_text().strip() / "diff"
