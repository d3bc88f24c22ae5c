"""How far a check of many hosts is."""

from __future__ import annotations

import sys
import time


class Progress:
    """How far the check is, on stderr: one line rewritten on a terminal, plain lines elsewhere."""

    def __init__(self, total: int, *, quiet: bool = False) -> None:
        self.started = time.monotonic()
        self.total = total
        self.done = 0
        self.live = sys.stderr.isatty() and not quiet
        self.quiet = quiet

    def elapsed(self) -> float:
        """Seconds since the start."""
        return time.monotonic() - self.started

    def step(self) -> None:
        """One more host is done."""
        self.done += 1
        if self.live:
            end = "\n" if self.done == self.total else ""
            sys.stderr.write(f"\r{self.done} of {self.total} hosts, {self.elapsed():.1f} s {end}")
            sys.stderr.flush()

    def say(self, line: str) -> None:
        """A line of its own."""
        if not self.quiet:
            sys.stderr.write(f"{chr(13) if self.live else ''}{line} ({self.elapsed():.1f} s)\n")
            sys.stderr.flush()
