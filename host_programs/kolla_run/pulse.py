"""A sign of life: a task that takes long is named while it runs, so that silence never looks like a hang."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

QUIET = 30.0
"""Seconds without a line after which the running task is named."""
LONG = 5.0
"""Seconds from which on it is told how long the task has been running: many short ones are silent too."""


class Pulse:
    """Tells which task runs whenever nothing else was told for a while; `with` starts and ends it."""

    def __init__(self, tell: Callable[[str], None], quiet: float = QUIET) -> None:
        self._tell = tell
        self._quiet = quiet
        self._ended = threading.Event()
        self._service = ""
        self._task = ""
        self._since = self._last = time.monotonic()
        self._thread = threading.Thread(target=self._beat, daemon=True)

    def __enter__(self) -> Pulse:  # noqa: PYI034 - Python 3.9 has no Self
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def saw(self, event: dict[str, Any]) -> None:
        """Note what Ansible is at."""
        if event["e"] == "play":
            self._service, self._task = str(event.get("service", "")), ""
        elif event["e"] == "task":
            self._task, self._since = str(event.get("task", "")), time.monotonic()

    def told(self) -> None:
        """Note that the operator has read something just now."""
        self._last = time.monotonic()

    def _beat(self) -> None:
        while not self._ended.wait(max(0.0, self._last + self._quiet - time.monotonic())):
            now = time.monotonic()
            if now >= self._last + self._quiet:
                if self._task:
                    # Most tasks of Kolla-Ansible begin with the name of their role.
                    place = self._task if " : " in self._task else f"{self._service} : {self._task}"
                    seconds = now - self._since
                    self._tell(f"{place}: running for {seconds:.0f} s" if seconds >= LONG else f"at {place}")
                self._last = now
