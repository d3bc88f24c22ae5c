"""What the tests of the configuration share: a stack file with changes."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from config.stack_file.sealed import unseal
from tests.unit.support import ROOT, Raw, cloud_fields, host_key, private_key

__all__ = ["ROOT", "fields", "host_key", "private_key"]


@cache
def _stack(name: str) -> Raw:
    return cloud_fields(f"Pulumi.{name}.yaml")


def fields(stack: str = "prod", set_: Mapping[str, Any] | None = None, unset: Iterable[str] = ()) -> Raw:
    """The fields of a stack file, some set (by path, with the sections above them) or taken out."""
    raw = copy.deepcopy(_stack(stack))
    for path, value in (set_ or {}).items():
        parent, last = _parent(raw, path, make=True)
        parent[last] = copy.deepcopy(value)
    for path in unset:
        parent, last = _parent(raw, path, make=False)
        if last not in parent:
            raise AssertionError(f"unset: {path}: {last} is not in Pulumi.{stack}.yaml")
        del parent[last]
    return unseal(raw, {})[0]


def _parent(raw: Any, path: str, *, make: bool) -> tuple[Any, Any]:
    steps = [int(step) if step.isdigit() else step for step in re.findall(r"[^.\[\]]+", path)]
    for step in steps[:-1]:
        if make and isinstance(raw, dict):
            raw = raw.setdefault(step, {})
        elif isinstance(raw, dict) and step not in raw:
            raise AssertionError(f"{path}: there is no {step}; it has {', '.join(map(str, raw))}")
        else:
            raw = raw[step]
    return raw, steps[-1]
