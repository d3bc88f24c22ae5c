"""Encrypted values of a stack file: `{secure: CIPHERTEXT}` anywhere below a key."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from config.model.errors import Loc

SEALED = "<sealed>"
"""What stands for a secret that was not decrypted: enough to check the rest of the file with."""


def unseal(fields: Mapping[str, Any], secrets: Mapping[str, Any]) -> tuple[dict[str, Any], frozenset[Loc]]:
    """Put the decrypted values in, and `SEALED` where there are none.

    Args:
        fields: the stack file's fields without the namespace.
        secrets: whole decrypted values by configuration key (`cloud:packages`).

    Returns:
        The fields, and the places of all that was encrypted.
    """
    hidden: set[Loc] = set()
    opened = {key: _open(value, secrets.get(f"cloud:{key}"), (key,), hidden) for key, value in fields.items()}
    return opened, frozenset(hidden)


def _open(value: Any, clear: Any, loc: Loc, hidden: set[Loc]) -> Any:
    if isinstance(value, dict):
        if set(value) == {"secure"}:
            hidden.add(loc)
            return SEALED if clear is None else clear
        return {key: _open(item, _inside(clear, key), (*loc, key), hidden) for key, item in value.items()}
    if isinstance(value, list):
        return [_open(item, _inside(clear, at), (*loc, at), hidden) for at, item in enumerate(value)]
    return value


def _inside(clear: Any, step: str | int) -> Any:
    try:
        return clear[step]
    except (KeyError, IndexError, TypeError):
        return None
