"""Whether a value is of the type that an option wants, as Ansible and Kolla's `| bool`, `| int` take it."""

from __future__ import annotations

import re
from typing import Any

_BOOL_TEXTS = {"yes", "no", "true", "false", "on", "off", "1", "0", ""}
_JINJA = re.compile(r"\{\{|\{%")
_NUMBER = re.compile(r"[-+]?\d+")

_WANTS = {
    "bool": ("a truth value", "write true or false"),
    "int": ("a whole number", "write a whole number"),
    "float": ("a number", "write a number"),
    "str": ("text", "write it as text, in quotes if need be"),
    "list": ("a list", "write a list, an item a line, each after `- `"),
    "dict": ("a mapping", "write a mapping, `key: value` on each line"),
}


def mismatch(kind: str, value: Any) -> tuple[str, str]:
    """Reason and fix for a value that an option of this type cannot take; empty texts for one it can."""
    if kind not in _WANTS or fits(kind, value):
        return "", ""
    wants, fix = _WANTS[kind]
    return f"is {_name(value)}, but must be {wants}", fix


def fits(kind: str, value: Any) -> bool:
    """Whether the option can take the value. A Jinja expression can be anything."""
    if isinstance(value, str) and _JINJA.search(value):
        return True
    match kind:
        case "bool":
            return isinstance(value, bool) or str(value).lower() in _BOOL_TEXTS
        case "int":
            return not isinstance(value, bool) and bool(_NUMBER.fullmatch(str(value).strip()))
        case "float":
            return not isinstance(value, bool) and _is_float(value)
        case "str":
            return isinstance(value, (str, int, float)) and not isinstance(value, bool)
        case "list":
            return isinstance(value, (list, tuple))
        case "dict":
            return isinstance(value, dict)
        case _:
            return True


def _is_float(value: Any) -> bool:
    try:
        float(value)
    except (TypeError, ValueError):
        return False
    return True


def _name(value: Any) -> str:
    match value:
        case None:
            return "empty"
        case bool():
            return "a truth value"
        case int() | float():
            return "a number"
        case str():
            return "text"
        case list() | tuple():
            return "a list"
        case dict():
            return "a mapping"
        case _:
            return f"a {type(value).__name__}"
