"""Decide for each provider plugin: installed, fetched by an official engine, or this project's own."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

from toolchain import install, installed
from toolchain.paths import Places
from toolchain.tool import Origin, Tool

_FETCH_SECONDS = 60.0  # for the engine to fetch one official plugin
Say = Callable[[str], None]


def choose(places: Places, engine: Tool, say: Say) -> tuple[list[Tool], Path | None]:
    """The plugins, and the PULUMI_HOME to use; None for the user's own, which has them all."""
    home = installed.default_home(places)
    found = {name: installed.plugin(places, home, name) for name in places.plugins}
    there = [tool for tool in found.values() if tool is not None]
    if engine.origin is Origin.INSTALLED and len(there) == len(found):
        return there, None
    fetches = engine.origin is not Origin.BUILT
    tools = []
    for name, tool in found.items():
        fetched = None
        if tool is not None:
            _link(places, tool)
        elif fetches:
            fetched = _fetch(places, engine, name, say)
            fetches = fetched is not None  # what is out of reach for one is for the others
        tools.append(tool or fetched or _own(places, name))
    return tools, places.home


def _link(places: Places, tool: Tool) -> None:
    folder = places.home / "plugins" / tool.path.parent.name
    folder.parent.mkdir(parents=True, exist_ok=True)
    if not folder.exists():
        folder.symlink_to(tool.path.parent)


def _own(places: Places, name: str) -> Tool:
    version = places.plugins[name]
    path = places.home / "plugins" / f"resource-{name}-v{version}" / f"pulumi-resource-{name}"
    install.launcher(places, path, f"toolchain.plugins.{name}")
    return Tool(path.name, version, Origin.OURS, path)


def _fetch(places: Places, engine: Tool, name: str, say: Say) -> Tool | None:
    """Let an official engine fetch the official plugin, as it would on first use."""
    command = [str(engine.path), "plugin", "install", "resource", name, places.plugins[name]]
    environment = {**places.environment, "PULUMI_HOME": str(places.home)}
    try:
        answer = subprocess.run(
            command, env=environment, capture_output=True, text=True, timeout=_FETCH_SECONDS, check=False
        )
        why = answer.stderr.strip().splitlines()[-1:] or ["it ended without a plugin"]
    except subprocess.TimeoutExpired:
        why = [f"no answer within {_FETCH_SECONDS:.0f} s"]
    tool = installed.plugin(places, places.home, name)
    if tool is None:
        say(f"official {name} plugin: {why[0]}; going on with this project's own")
        return None
    return Tool(tool.name, tool.version, Origin.DOWNLOADED, tool.path)
