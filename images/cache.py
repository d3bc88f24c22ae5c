"""What building keeps between two runs, below the project's cache folder: each thing whole, or not at all.

layers/KEY/root        files of a layer: what the next ones are made on
layers/KEY/layer.json  digest and size of its tar
images/KEY.json        digest of a published image's manifest
tools/…, sources/…     Kolla's templates, source archives, collections
work/…                 of a run that goes on or was killed: packages that were downloaded
registry/              the storage that a registry serves
"""

from __future__ import annotations

import fcntl
import json
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from images.errors import ImagesError
from images.manifest import Blob
from machine import mounts
from machine.roots import remove_tree


@dataclass(frozen=True)
class Cache:
    """The folder."""

    folder: Path

    def root(self, key: str) -> Path:
        """Files of a layer."""
        return self.folder / "layers" / key / "root"

    def layer(self, key: str) -> Blob | None:
        """The tar of a layer, if it was made."""
        found = _json(self.folder / "layers" / key / "layer.json")
        return Blob(found["digest"], found["size"]) if found else None

    def keep_layer(self, key: str, blob: Blob) -> None:
        """Note a layer's tar."""
        _keep(self.folder / "layers" / key / "layer.json", {"digest": blob.digest, "size": blob.size})

    def image(self, key: str) -> str | None:
        """Digest of the manifest of an image, if it was made."""
        found = _json(self.folder / "images" / f"{key}.json")
        return str(found["manifest"]) if found else None

    def keep_image(self, key: str, manifest: Blob) -> None:
        """Note an image's manifest."""
        _keep(self.folder / "images" / f"{key}.json", {"manifest": manifest.digest})

    def prune(self, keys: Collection[str]) -> None:
        """Remove layers and notes of images of other keys: what earlier recipes made."""
        for path in [*self.folder.glob("layers/*"), *self.folder.glob("images/*.json")]:
            if path.name.removesuffix(".json") not in keys:
                remove_tree(path) if path.is_dir() else path.unlink()

    @contextmanager
    def making(self, place: Path) -> Iterator[Path]:
        """A folder to fill that is at its place once the block has ended well; what a killed run left goes."""
        partial = place.with_name(f"{place.name}.partial")
        clear(partial)
        partial.mkdir(parents=True, mode=0o755)
        yield partial
        remove_tree(place)
        partial.rename(place)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """No second run in this folder meanwhile; raises ImagesError when there is one."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o755)
        with (self.folder / "lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise ImagesError(f"another `make images` works in {self.folder}: wait for it") from error
            yield


def clear(folder: Path) -> None:
    """Remove a folder in which a killed run may have left an overlay mounted."""
    mounts.unmount(folder)
    remove_tree(folder)


def _json(path: Path) -> dict[str, Any] | None:
    try:
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    return found


def _keep(path: Path, document: dict[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_name(f"{path.name}.new")
    new.write_text(json.dumps(document), encoding="utf-8")
    new.replace(path)
