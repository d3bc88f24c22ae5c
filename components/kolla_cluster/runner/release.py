"""The release that this deploy host works with, as pulumi tells it in `release.json`."""

from __future__ import annotations

import json
from typing import NamedTuple

from .errors import RunError
from .paths import Paths

SHELL = "shell"
"""Dialect of a `kolla-ansible` that is a shell script (2024.1): options first, `_` in verbs."""


class Release(NamedTuple):
    """What kolla-run knows of it."""

    series: str
    """`2025.1`."""
    kolla_ansible: str
    """Version of the package."""
    dialect: str
    """`shell` or `cliff`."""
    ansible_bundle: str
    """Version of PyPI's `ansible` whose collections fit."""
    collections: tuple[str, ...]
    """Names of Ansible's collections that it needs."""


def read_release(paths: Paths) -> Release:
    """Read the file.

    Raises:
        RunError: pulumi has not written it yet.
    """
    path = f"{paths.program}/release.json"
    try:
        with open(path, encoding="utf-8") as file:
            found = json.load(file)
        return Release(
            str(found["series"]),
            str(found["kolla_ansible"]),
            str(found["dialect"]),
            str(found["ansible_bundle"]),
            tuple(found["collections"]),
        )
    except (OSError, ValueError, KeyError, TypeError):
        raise RunError(path, "cannot be read", "run pulumi up, which writes it") from None
