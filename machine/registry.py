"""The image registry (Debian's `docker-registry`, CNCF Distribution 2.8): where its storage is, how it is served."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

PACKAGE = "docker-registry"
"""Debian's package, and its program."""


CONFIGURATION = "etc/docker/registry/config.yml"
"""Where the package's service looks for its configuration, below the root."""


def storage(cache: Path) -> Path:
    """The registry's storage below the project's cache folder: `make images` fills it."""
    return cache / "kolla-images/registry"


def configuration(storage: Path, address: str) -> dict[str, Any]:
    """What config.yml says; read-only, so that only `make images` writes. `address` is `HOST:PORT`."""
    return {
        "version": 0.1,
        "log": {"level": "warn", "accesslog": {"disabled": True}},
        "storage": {
            "filesystem": {"rootdirectory": str(storage)},
            "maintenance": {"uploadpurging": {"enabled": False}, "readonly": {"enabled": True}},
        },
        "http": {"addr": address},
    }


def fingerprint(storage: Path, release: str) -> str:
    """Names all images of a release that the storage has; it changes when one of them does."""
    links = storage.glob(f"docker/registry/v2/repositories/*/*/_manifests/tags/{release}-*/current/link")
    rows = [f"{link.relative_to(storage)} {link.read_text()}" for link in sorted(links)]
    return hashlib.sha256("\n".join(rows).encode()).hexdigest()[:16]
