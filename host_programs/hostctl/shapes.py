"""What a state may look like: the shapes in which kinds describe themselves, and their check.

A shape is a type, [shape] for a list, {"*": shape} for a map, {"key": shape} for exactly these keys, each of them
optional, or None for anything.
"""

from __future__ import annotations

from typing import Any, Dict, Sequence

from host_programs.hostctl.errors import HostctlError

TYPE_NAMES = {str: "a string", bool: "true or false", int: "a whole number"}


def check(value: Any, shape: Any, where: str, required: Sequence[str] = ()) -> None:
    """Refuse a value of another shape.

    Args:
        value: what is given.
        shape: what it may look like.
        where: its place, for the error, which never shows the value.
        required: keys that it must have; if it is a map, each of its entries.

    Raises:
        HostctlError: naming the place.
    """
    if shape is None:
        return
    if isinstance(shape, type):
        if not isinstance(value, shape) or (shape is int and isinstance(value, bool)):
            raise HostctlError(where, f"must be {TYPE_NAMES[shape]}")
    elif isinstance(shape, list):
        if not isinstance(value, list):
            raise HostctlError(where, "must be a list")
        for number, entry in enumerate(value):
            check(entry, shape[0], f"{where}[{number}]")
    elif not isinstance(value, dict):
        raise HostctlError(where, "must be an object")
    elif "*" in shape:
        for key, entry in value.items():
            check(entry, shape["*"], f"{where}.{key}", required)
    else:
        _check_keys(value, shape, where, required)


def check_paths(entries: Dict[str, Dict[str, Any]], where: str) -> None:
    """Refuse keys that are no absolute path, and modes that are none.

    Raises:
        HostctlError: naming the place.
    """
    for path, entry in entries.items():
        if not path.startswith("/") or "/../" in f"{path}/":
            raise HostctlError(f"{where}.{path}", "is not an absolute path")
        mode = entry.get("mode", "0644")
        if not mode or len(mode) > 4 or mode.strip("01234567"):
            raise HostctlError(f"{where}.{path}.mode", "is not an octal mode")


def _check_keys(value: Dict[str, Any], shape: Dict[str, Any], where: str, required: Sequence[str]) -> None:
    for key, entry in value.items():
        if key not in shape:
            raise HostctlError(f"{where}.{key}", "is not known", f"known here: {', '.join(sorted(shape))}")
        check(entry, shape[key], f"{where}.{key}")
    for key in required:
        if key not in value:
            raise HostctlError(where, f"has no {key}")
