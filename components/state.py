"""Desired states of hosts as plain JSON: how they are merged, written and identified."""

from __future__ import annotations

import hashlib
import json
from typing import Any

State = dict[str, Any]
"""The desired state of one group of a host, as `hostctl apply` reads it."""


def canonical(state: State) -> str:
    """The one way to write a state; hostctl writes the same, so both know it by the same sha256."""
    return json.dumps(state, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def digest(text: str) -> str:
    """The sha256 of a written state, in hex."""
    return hashlib.sha256(text.encode()).hexdigest()


def merge(*parts: State) -> State:
    """One state out of the parts that each concern contributes.

    Objects are united and lists joined without duplicates.

    Raises:
        ValueError: two parts want different values for one thing.
    """
    whole: State = {}
    for part in parts:
        _into(whole, part, "")
    return whole


def _into(whole: State, part: State, where: str) -> None:
    for key, value in part.items():
        path = f"{where}.{key}" if where else key
        have = whole.get(key)
        if have is None:
            whole[key] = {} if isinstance(value, dict) else value
            if isinstance(value, dict):
                _into(whole[key], value, path)
        elif isinstance(have, dict) and isinstance(value, dict):
            _into(have, value, path)
        elif isinstance(have, list) and isinstance(value, list):
            whole[key] = [*have, *(item for item in value if item not in have)]
        elif have != value:
            raise ValueError(f"two parts of the plan disagree about {path}: {have!r} and {value!r}")
