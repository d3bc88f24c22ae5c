"""The storage of a registry (Debian's `docker-registry`, CNCF Distribution), written without the daemon.

    docker/registry/v2/blobs/sha256/AB/ABCD…/data
    docker/registry/v2/repositories/NAME/_layers/sha256/ABCD…/link
    docker/registry/v2/repositories/NAME/_manifests/revisions/sha256/ABCD…/link
    docker/registry/v2/repositories/NAME/_manifests/tags/TAG/current/link, …/index/sha256/ABCD…/link

Each file appears whole or not at all, and an image's tag comes last: a registry that reads it sees no half image.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from images.manifest import Blob, blob_of

_DIGITS = 64
"""Length of a digest."""


class _Hashing:
    """A file for writing that knows the digest of what went through it."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._hash = hashlib.sha256()
        self.size = 0

    def write(self, content: bytes) -> int:
        self._hash.update(content)
        self.size += len(content)
        return self._file.write(content)

    def blob(self) -> Blob:
        return Blob(f"sha256:{self._hash.hexdigest()}", self.size)


class Incoming(_Hashing):
    """A blob that is being written; `stored` once the block has ended well."""

    stored: Blob


@dataclass(frozen=True)
class Registry:
    """The storage folder of a registry: its `rootdirectory`."""

    folder: Path

    @property
    def _root(self) -> Path:
        return self.folder / "docker/registry/v2"

    def data(self, digest: str) -> Path:
        """File of a blob."""
        number = digest.removeprefix("sha256:")
        return self._root / "blobs/sha256" / number[:2] / number / "data"

    def has(self, blob: Blob) -> bool:
        """Whether a blob is there with all its bytes."""
        try:
            return self.data(blob.digest).stat().st_size == blob.size
        except FileNotFoundError:
            return False

    @contextmanager
    def incoming(self) -> Iterator[Incoming]:
        """Write a blob whose digest is not known before; nothing stays of one that fails."""
        coming = self._root / "incoming"
        coming.mkdir(parents=True, exist_ok=True)
        number, name = tempfile.mkstemp(dir=coming)
        path = Path(name)
        try:
            with os.fdopen(number, "wb") as file:
                new = Incoming(file)
                yield new
            new.stored = new.blob()
            path.chmod(0o644)
            place = self.data(new.stored.digest)
            place.parent.mkdir(parents=True, exist_ok=True)
            path.replace(place)
        finally:
            path.unlink(missing_ok=True)

    def put(self, content: bytes) -> Blob:
        """Store a small blob."""
        blob = blob_of(content)
        if not self.has(blob):
            with self.incoming() as file:
                file.write(content)
        return blob

    def tagged(self, repository: str, tag: str) -> str | None:
        """Digest of the manifest that a tag names; none if there is no such tag."""
        try:
            return self._tag(repository, tag).joinpath("current/link").read_text(encoding="utf-8")
        except FileNotFoundError:
            return None

    def publish(self, repository: str, tag: str, manifest: Blob, blobs: list[Blob]) -> None:
        """Give a repository an image: its blobs, which are stored already, its manifest, and at last its tag."""
        place = self._root / "repositories" / repository
        for blob in blobs:
            self._link(place / "_layers", blob.digest)
        self._link(place / "_manifests/revisions", manifest.digest)
        self._link(self._tag(repository, tag) / "index", manifest.digest)
        self._write(self._tag(repository, tag) / "current/link", manifest.digest)

    def prune(self) -> None:
        """Remove what no tag leads to: images of earlier recipes."""
        used: set[str] = set()
        for link in self._root.glob("repositories/**/_manifests/tags/*/current/link"):
            digest = link.read_text(encoding="utf-8")
            document = json.loads(self.data(digest).read_bytes())
            used |= {digest, document["config"]["digest"], *(layer["digest"] for layer in document["layers"])}
        places = ("blobs/sha256/*/*", "repositories/**/sha256/*")
        for folder in [path for place in places for path in self._root.glob(place)]:
            if f"sha256:{folder.name}" not in used and len(folder.name) == _DIGITS:
                shutil.rmtree(folder)

    def _tag(self, repository: str, tag: str) -> Path:
        return self._root / "repositories" / repository / "_manifests/tags" / tag

    def _link(self, folder: Path, digest: str) -> None:
        self._write(folder / "sha256" / digest.removeprefix("sha256:") / "link", digest)

    @staticmethod
    def _write(path: Path, text: str) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        new = path.with_name(f"{path.name}.new")
        new.write_text(text, encoding="utf-8")
        new.replace(path)
