"""The configuration of the registry daemon (Debian's `docker-registry`, CNCF Distribution 2.8) that serves a storage."""

from __future__ import annotations

from pathlib import Path
from typing import Any

PACKAGE = "docker-registry"
"""Debian's package, and its program."""


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
