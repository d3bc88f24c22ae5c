"""What the tests of kolla-run share."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import yaml

from host_programs.contract.kolla_run import Release
from host_programs.kolla_run.events import MARK, Event, parse
from host_programs.kolla_run.paths import Paths

HERE = Path(__file__).parent
CLIFF = Release("2025.1", "20.6.0", "cliff", "11.13.0", ("ansible.posix",), "source")
SHELL = Release("2024.1", "18.8.0", "shell", "7.7.0", ("ansible.posix",), "source")


def data(name: str) -> Any:
    """A data file of this folder."""
    return yaml.safe_load((HERE / name).read_text())


def recap(name: str) -> tuple[list[Event], list[str]]:
    """Events and other output of a recorded run; the mark is left out of the files, which are text."""
    lines = (HERE / "recaps" / name).read_text().splitlines()
    events = [parse(MARK + line) for line in lines if line.startswith("{")]
    return [event for event in events if event], [line for line in lines if not line.startswith("{")]


def places(root: Path) -> Paths:
    """All places below a temporary folder."""
    return Paths(*(f"{root}/{name}" for name in ("config", "venvs", "program", "state", "home")))


def line(event: Event) -> str:
    """An event as the callback writes it."""
    return f"{MARK}{json.dumps(event)}\n"
