"""Put the chosen tools into `.tools`: executables, plugins, and the environment that finds them."""

from __future__ import annotations

import os
import shlex
import shutil
from collections.abc import Mapping
from pathlib import Path

from toolchain.paths import Places
from toolchain.tool import Origin, Tool

# One line per switch: what it buys.
_SETTINGS: Mapping[str, str] = {
    # Diffs run in parallel, not one after the other.
    "PULUMI_PARALLEL_DIFF": "true",
    # A run asks nobody on the internet whether there is a newer release.
    "PULUMI_SKIP_UPDATE_CHECK": "true",
    # str(Output) raises, and prints no half-sentence into a file.
    "PULUMI_ERROR_OUTPUT_STRING": "true",
    # The engine's Go collects earlier: a fifth less memory for a twentieth more time.
    "GOGC": "50",
}
# With tools of our own there is nothing to download, and a forgotten plugin must say so at once.
_OWN_SETTINGS: Mapping[str, str] = {"PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true"}

_LAUNCHER = """#!/bin/sh
exec {python} -P -c {code} "$@"
"""
_CODE = "import sys; sys.path.append({repository!r}); from {module}.__main__ import main; main()"


def engine(places: Places, tool: Tool) -> None:
    """Make `.tools/bin/pulumi`, except for one that is installed and stays where it is."""
    target = places.bin / "pulumi"
    target.unlink(missing_ok=True)
    match tool.origin:
        case Origin.DOWNLOADED:
            target.symlink_to(tool.path)  # its language host lies next to the file that the link points to
        case Origin.BUILT:
            _link_or_copy(tool.path, target)  # a symbolic link would make the engine look into the cache


def launcher(places: Places, path: Path, module: str) -> None:
    """Write an executable that runs `module` with the project's interpreter and without the folder it stands in."""
    path.parent.mkdir(parents=True, exist_ok=True)
    code = _CODE.format(repository=str(places.repository), module=module)
    path.write_text(_LAUNCHER.format(python=shlex.quote(places.python), code=shlex.quote(code)))
    path.chmod(0o755)


def without_engine_log(home: Path) -> None:
    """Keep the engine from writing everything it does into a log of its own, which has no switch.

    It costs a third of the engine's time and 30 MB for a large preview, holds all inputs, and is plain text until
    the stack's passphrase is known. A file where it would make the folder makes it go on without.
    """
    logs = home / "logs"
    if logs.is_dir() and not logs.is_symlink():
        shutil.rmtree(logs)
    home.mkdir(parents=True, exist_ok=True)
    logs.write_text("Not a folder on purpose: see toolchain/install.py.\n")


def environment(places: Places, tools: list[Tool], home: Path | None) -> None:
    """Write `.tools/env` for the shell.

    Args:
        places: The folders.
        tools: What was chosen.
        home: PULUMI_HOME to set; None leaves the user's own.
    """
    settings = dict(_SETTINGS)
    if any(tool.origin is Origin.OURS for tool in tools):
        settings |= _OWN_SETTINGS
    if home is not None:
        settings["PULUMI_HOME"] = str(home)
    first = f"{places.bin}:{Path(places.python).parent}"
    lines = [
        "# Made by `make tools`; for `source` in a shell.",
        f'case "$PATH" in {shlex.quote(first)}:*) ;; *) export PATH={shlex.quote(first)}:"$PATH" ;; esac',
        *(f"export {name}={shlex.quote(value)}" for name, value in sorted(settings.items())),
    ]
    path = places.tools / "env"
    path.with_suffix(".new").write_text("\n".join(lines) + "\n")
    path.with_suffix(".new").replace(path)


def _link_or_copy(source: Path, target: Path) -> None:
    try:
        os.link(source, target)
    except OSError:  # the cache is on another file system
        shutil.copy2(source, target)
