"""Words of the command line and of stdin; argparse would cost every check more than reading them does."""

from __future__ import annotations

import os
import select
import sys
import time
from typing import Dict, List, Tuple

STDIN_SECONDS = 10


class UsageError(Exception):
    """The command line makes no sense."""


def split(argv: List[str], known: Dict[str, bool]) -> Tuple[List[str], Dict[str, str]]:
    """Split into names and options; `known` says for each option whether it takes a value."""
    names: List[str] = []
    options: Dict[str, str] = {}
    words = list(argv)
    while words:
        word = words.pop(0)
        name, equals, value = word.partition("=")
        if not word.startswith("-"):
            names.append(word)
        elif name not in known or (equals and not known[name]) or (known[name] and not equals and not words):
            raise UsageError(f"cannot make sense of {word}")
        else:
            options[name] = value if equals else words.pop(0) if known[name] else ""
    return names, options


def one_group(names: List[str]) -> str:
    if len(names) != 1:
        raise UsageError("exactly one group, please")
    return valid(names[0])


def valid(group: str) -> str:
    if not group or not all(letter.isalnum() or letter in "-_" for letter in group):
        raise UsageError(f"{group!r} is not a group name")
    return group


def stdin_words() -> List[str]:
    """The checksums, if there are any; a caller who leaves stdin open does not make us wait for ever."""
    text = b""
    deadline = time.monotonic() + STDIN_SECONDS
    while not sys.stdin.isatty() and select.select([0], [], [], max(0.0, deadline - time.monotonic()))[0]:
        chunk = os.read(0, 4096)
        text += chunk
        if not chunk:
            break
    return text.decode("ascii", "replace").split()
