"""VictoriaLogs and its agent, built from their Go modules into the project's cache."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path

from config.cache import cache_folder
from machine.go_build import GoProgram, built

_PINS = Path(__file__).parent / "pins"
_MODULE = "github.com/VictoriaMetrics/VictoriaLogs"
_CACHE, _ENVIRONMENT = cache_folder(), dict(os.environ)
"""Asked before any test has a home of its own."""


@dataclass(frozen=True)
class Programs:
    """Paths of both."""

    store: Path
    agent: Path


def programs() -> Programs:
    """Both, built where the cache has none: a minute of one core, and the Go module proxy.

    Raises:
        MachineError: no Go that is new enough, or the build failed.
    """
    store, agent = (
        built(GoProgram(name, _PINS, _MODULE, f"app/{name}"), _CACHE, _ENVIRONMENT, _say)
        for name in ("victoria-logs", "vlagent")
    )
    return Programs(store, agent)


def _say(line: str) -> None:
    print(line, file=sys.stderr)
