"""Decide once which engine, language host and provider plugins this checkout uses, and set them up.

In this order, for each: installed on the machine, downloaded as an official release, and else built from the Go
module (the engine) or this project's own program (language host and plugins).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

from toolchain import build, install, installed, provider_plugins, release
from toolchain.paths import Places
from toolchain.tool import Origin, Tool


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
    found, home = provider_plugins.choose(places, engine, say)
    tools = [engine, language, *found]
    if home is not None:
        install.without_engine_log(home)
    install.environment(places, tools, home)
    record.write_text(json.dumps({"facts": facts, "tools": [tool.row() for tool in tools]}, indent=1))
    return tools


def fingerprint(places: Places) -> str:
    """Everything that the decision rests on; another value means to decide again."""
    found = installed.candidate(places)
    parts: list[object] = [
        places.engine.key,
        places.plugins,
        places.python,
        str(places.repository),
        places.environment.get("PULUMI_DOWNLOAD_BASE", ""),
        sorted(
            path.name
            for name in places.plugins
            for path in installed.default_home(places).glob(f"plugins/resource-{name}-v*")
        ),
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
