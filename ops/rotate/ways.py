"""The ways in which secrets are replaced, and which way each of Kolla-Ansible's passwords goes. Pure, out of two data files."""

from __future__ import annotations

import fnmatch
from functools import cache
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict

_HERE = Path(__file__).parent

Outage = Literal["none", "short", "long", "by hand", "never"]


class Way(BaseModel):
    """How a secret is replaced."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    outage: Outage
    reason: str
    restarts: str = "nothing"
    driven: bool = False
    """This program makes the new value and runs `up`."""
    before: tuple[str, ...] = ()
    """What the operator does instead."""
    after: tuple[str, ...] = ()
    """What the operator does when it is in use."""


@cache
def ways() -> dict[str, Way]:
    """All ways by name."""
    return {name: Way(**fields) for name, fields in _read("ways.yaml").items()}


def of_kolla(password: str) -> str:
    """The name of the way that one of Kolla-Ansible's passwords goes.

    Raises:
        KeyError: nobody has decided about it.
    """
    for way, patterns in _patterns().items():
        if any(fnmatch.fnmatchcase(password, pattern) for pattern in patterns):
            return way
    raise KeyError(password)


@cache
def _patterns() -> dict[str, list[str]]:
    return _read("kolla.yaml")


def _read(name: str) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((_HERE / name).read_text(encoding="utf-8"))
    return found
