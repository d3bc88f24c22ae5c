"""Steps with their elapsed time."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

try:
    from rich.console import Console

    _terminal = Console(stderr=False, highlight=False) if sys.stdout.isatty() else None
except ImportError:  # these programs also run with the machine's own Python
    _terminal = None

_started = time.monotonic()


def say(text: str) -> None:
    """One line, with the seconds since the command began."""
    print(f"{time.monotonic() - _started:6.1f} s  {text}", flush=True)


@contextmanager
def step(title: str) -> Iterator[None]:
    """A step that may take a while: a spinner on a terminal, a line with its time when it is done."""
    begun = time.monotonic()
    if _terminal is None:
        yield
    else:
        with _terminal.status(title):
            yield
    say(f"{title} ({time.monotonic() - begun:.1f} s)")
