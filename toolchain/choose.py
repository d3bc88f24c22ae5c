"""Decide once which engine, language host and command plugin this checkout uses, and set them up.

In this order, for each: installed on the machine, downloaded as an official release, and else built from the Go
module (the engine) or this project's own program (language host and plugin).
"""

from __future__ import annotations

import hashlib
import json
import subprocess
from collections.abc import Callable
from pathlib import Path

from toolchain import build, install, installed, release
from toolchain.paths import Places
from toolchain.tool import Origin, Tool

_PLUGIN_SECONDS = 60.0  # for the engine to fetch the official command plugin


def choose(places: Places, say: Callable[[str], None]) -> list[Tool]:
    """Set up the tools, or find that all is there; return them.

    Raises:
        ToolError: The engine can not be had at all.
    """
    record = places.tools / "tools.json"
    facts = fingerprint(places)
    if (known := _recorded(record, facts)) is not None:
        return known
    places.bin.mkdir(parents=True, exist_ok=True)
    engine = installed.engine(places) or release.engine(places, say) or build.engine(places, say)
    install.engine(places, engine)
    language = _language_host(places, engine)
    plugin, home = _command_plugin(places, engine, say)
    tools = [engine, language, plugin]
    if home is not None:
        install.without_engine_log(home)
    install.environment(places, tools, home)
    record.write_text(json.dumps({"facts": facts, "tools": [tool.row() for tool in tools]}, indent=1))
    return tools


def fingerprint(places: Places) -> str:
    """Everything that the decision rests on; another value means to decide anew."""
    found = installed.candidate(places)
    parts: list[object] = [
        places.engine_key,
        places.command_version,
        places.python,
        str(places.repository),
        places.environment.get("PULUMI_DOWNLOAD_BASE", ""),
        sorted(path.name for path in installed.default_home(places).glob("plugins/resource-command-v*")),
    ]
    if found is not None:
        status = found.stat()
        parts += [str(found.resolve()), status.st_size, status.st_mtime_ns]
    for source in sorted(Path(__file__).parent.glob("*.py")):
        parts.append(source.read_text())
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def _recorded(record: Path, facts: str) -> list[Tool] | None:
    try:
        known = json.loads(record.read_text())
    except (OSError, ValueError):
        return None
    if known.get("facts") != facts or not (record.parent / "env").exists():
        return None
    tools = [Tool.from_row(row) for row in known["tools"]]
    in_place = [record.parent / "bin" / "pulumi"] if tools[0].origin is not Origin.INSTALLED else []
    if all(path.exists() for path in [*in_place, *(tool.path for tool in tools)]):
        return tools
    return None


def _language_host(places: Places, engine: Tool) -> Tool:
    name = "pulumi-language-python"
    own = places.bin / name
    if engine.origin is not Origin.BUILT:
        own.unlink(missing_ok=True)
        return Tool(name, engine.version, engine.origin, engine.path.resolve().with_name(name))
    install.launcher(places, own, "toolchain.language")
    return Tool(name, engine.version, Origin.OURS, own)


def _command_plugin(places: Places, engine: Tool, say: Callable[[str], None]) -> tuple[Tool, Path | None]:
    """The plugin, and the PULUMI_HOME to use; None for the user's own, which has it."""
    user_home = installed.default_home(places)
    found = installed.command_plugin(places, user_home)
    if found is not None and engine.origin is Origin.INSTALLED:
        return found, None
    folder = places.home / "plugins" / f"resource-command-v{places.command_version}"
    if found is not None:
        folder = places.home / "plugins" / found.path.parent.name
        folder.parent.mkdir(parents=True, exist_ok=True)
        if not folder.exists():
            folder.symlink_to(found.path.parent)
        return found, places.home
    if engine.origin is not Origin.BUILT and (fetched := _fetch_plugin(places, engine, say)):
        return fetched, places.home
    path = folder / "pulumi-resource-command"
    install.launcher(places, path, "toolchain.plugins.command")
    return Tool(path.name, places.command_version, Origin.OURS, path), places.home


def _fetch_plugin(places: Places, engine: Tool, say: Callable[[str], None]) -> Tool | None:
    """Let an official engine fetch the official plugin, as it would on first use."""
    command = [str(engine.path), "plugin", "install", "resource", "command", places.command_version]
    environment = {**places.environment, "PULUMI_HOME": str(places.home)}
    try:
        answer = subprocess.run(
            command, env=environment, capture_output=True, text=True, timeout=_PLUGIN_SECONDS, check=False
        )
        why = answer.stderr.strip().splitlines()[-1:] or ["it ended without a plugin"]
    except subprocess.TimeoutExpired:
        why = [f"no answer within {_PLUGIN_SECONDS:.0f} s"]
    tool = installed.command_plugin(places, places.home)
    if tool is None:
        say(f"official command plugin: {why[0]}; going on with this project's own")
        return None
    return Tool(tool.name, tool.version, Origin.DOWNLOADED, tool.path)
