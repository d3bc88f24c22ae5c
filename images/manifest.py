"""Image configurations and manifests: JSON documents whose digests are their names. Pure.

The media types are those of Docker's schema 2: every Docker and registry takes them, and layers need not be compressed.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from images.dockerfile import Settings

MANIFEST_TYPE = "application/vnd.docker.distribution.manifest.v2+json"
CONFIG_TYPE = "application/vnd.docker.container.image.v1+json"
LAYER_TYPE = "application/vnd.docker.image.rootfs.diff.tar"


@dataclass(frozen=True)
class Blob:
    """A content by its digest."""

    digest: str
    """`sha256:` and 64 hexadecimal digits."""
    size: int
    """Bytes."""


@dataclass(frozen=True)
class LayerBlob:
    """A layer of an image."""

    blob: Blob
    """Its tar, which is not compressed: its digest is also its diff_id."""
    made_of: str
    """For the image's history: what it is, in a few words."""


def blob_of(content: bytes) -> Blob:
    """Digest and size of a content."""
    return Blob(f"sha256:{hashlib.sha256(content).hexdigest()}", len(content))


def encode(document: Mapping[str, Any]) -> bytes:
    """A document as bytes: equal documents have equal digests."""
    return json.dumps(document, sort_keys=True, separators=(",", ":")).encode()


def config(
    layers: Sequence[LayerBlob], settings: Settings, labels: Mapping[str, str], created: str
) -> dict[str, Any]:
    """An image's configuration; kolla_container needs at least one label."""
    return {
        "architecture": "amd64",
        "os": "linux",
        "created": created,
        "config": {
            "Env": [f"{name}={value}" for name, value in settings.env.items()],
            "Entrypoint": list(settings.entrypoint),
            "Cmd": list(settings.command),
            "WorkingDir": "/",
            "User": settings.user,
            "Labels": dict(labels),
        },
        "rootfs": {"type": "layers", "diff_ids": [layer.blob.digest for layer in layers]},
        "history": [{"created": created, "created_by": layer.made_of} for layer in layers],
    }


def manifest(config_blob: Blob, layers: Sequence[LayerBlob]) -> dict[str, Any]:
    """An image's manifest."""
    return {
        "schemaVersion": 2,
        "mediaType": MANIFEST_TYPE,
        "config": {"mediaType": CONFIG_TYPE, "size": config_blob.size, "digest": config_blob.digest},
        "layers": [
            {"mediaType": LAYER_TYPE, "size": layer.blob.size, "digest": layer.blob.digest}
            for layer in layers
        ],
    }
