"""Official tools that are on this machine already."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from machine.go import numbers
from toolchain.paths import Places
from toolchain.tool import Origin, Tool

# Older engines lack resource hooks and the parallel diff that .tools/env asks for.
_OLDEST_ENGINE = (3, 200)


def engine(places: Places) -> Tool | None:
    """An installed `pulumi` with the Python language host next to it; None if there is none that fits."""
    path = candidate(places)
    if path is None or not path.resolve().with_name("pulumi-language-python").exists():
        return None
    answer = subprocess.run([path, "version"], capture_output=True, text=True, timeout=30, check=False)
    found = answer.stdout.strip().removeprefix("v")
    if answer.returncode != 0 or not _OLDEST_ENGINE <= numbers(found)[:2] < (4,):
        return None
    return Tool("pulumi", found, Origin.INSTALLED, path)


def candidate(places: Places) -> Path | None:
    """The first `pulumi` on PATH that is not this project's own."""
    folders = places.environment.get("PATH", "").split(":")
    others = ":".join(
        folder for folder in folders if folder and Path(folder).resolve() != places.bin.resolve()
    )
    found = shutil.which("pulumi", path=others)
    return Path(found) if found else None


def plugin(places: Places, home: Path, name: str) -> Tool | None:
    """The official plugin of that name in a PULUMI_HOME: of the wanted major version and not older."""
    wanted = numbers(places.plugins[name])
    prefix, program = f"resource-{name}-v", f"pulumi-resource-{name}"
    fitting = [
        (found, folder)
        for folder in home.glob(f"plugins/{prefix}*")
        if (found := numbers(folder.name.removeprefix(prefix)))[:1] == wanted[:1]
        and found >= wanted
        and is_official(folder / program)
    ]
    if not fitting:
        return None
    _, best = max(fitting)
    found_version = best.name.removeprefix(prefix)
    return Tool(program, found_version, Origin.INSTALLED, best / program)


def is_official(path: Path) -> bool:
    """Whether a plugin is a program; ours are scripts."""
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return file.read(2) != b"#!"


def default_home(places: Places) -> Path:
    """The user's own PULUMI_HOME."""
    home = places.environment.get("PULUMI_HOME")
    if home and Path(home).resolve() != places.home.resolve():
        return Path(home)
    return Path(places.environment.get("HOME", "~")).expanduser() / ".pulumi"
