"""Passwords taken out of whatever is printed or kept. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

SHORTEST = 8
"""Characters: shorter values are words that also stand for something else (and Kolla-Ansible's own limit)."""
HIDDEN = "********"
_LARGEST_PATTERN = 500

Censor = Callable[[str], str]


def secrets(document: Any) -> set[str]:
    """All values of a document that are long enough; the lines of a key count one by one."""
    return {
        line
        for text in _texts(document)
        for line in (text.strip(), *(part.strip() for part in text.splitlines()))
        if len(line) >= SHORTEST and not line.startswith("-----")
    }


def censor(values: set[str]) -> Censor:
    """A function that replaces each of the values, also where JSON or a shell has escaped it."""
    forms = {form for value in values for form in (value, _escaped(value)) if form}
    ordered = sorted(forms, key=lambda value: (-len(value), value))
    patterns = [
        re.compile("|".join(re.escape(value) for value in ordered[start : start + _LARGEST_PATTERN]))
        for start in range(0, len(ordered), _LARGEST_PATTERN)
    ]

    def clean(text: str) -> str:
        for pattern in patterns:
            text = pattern.sub(HIDDEN, text)
        return text

    return clean


def clean_event(event: dict[str, Any], clean: Censor) -> dict[str, Any]:
    """An event with every text in it cleaned."""
    return {key: clean(value) if isinstance(value, str) else value for key, value in event.items()}


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def _texts(document: Any) -> Iterator[str]:
    if isinstance(document, str):
        yield document
    elif isinstance(document, dict):
        for value in document.values():
            yield from _texts(value)
    elif isinstance(document, list):
        for value in document:
            yield from _texts(value)
    elif isinstance(document, int) and not isinstance(document, bool):
        yield str(document)
