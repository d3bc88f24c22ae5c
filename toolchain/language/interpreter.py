"""Which Python runs a program: the project's virtual environment if it names one, else this one."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path

from pulumi.runtime.proto import language_pb2 as pb


def _environment(info: pb.ProgramInfo) -> Path | None:
    """The folder of the option `virtualenv` in Pulumi.yaml, relative to the project."""
    options = info.options.fields
    name = options["virtualenv"].string_value if "virtualenv" in options else ""
    return Path(info.root_directory or ".", name) if name else None


def interpreter(info: pb.ProgramInfo) -> str:
    """The interpreter's path.

    Raises:
        FileNotFoundError: Pulumi.yaml names a virtual environment that is not there.
    """
    folder = _environment(info)
    if folder is None:
        return sys.executable
    python = folder / "bin" / "python"
    if folder.resolve() == Path(sys.prefix).resolve():
        return sys.executable
    if not python.exists():
        msg = (
            f"Pulumi.yaml names the virtual environment {folder}, but {python} is not there (pulumi install)"
        )
        raise FileNotFoundError(msg)
    return str(python)


async def install(directory: Path, info: pb.ProgramInfo) -> AsyncIterator[bytes]:
    """Make the virtual environment and install requirements.txt into it, giving the output line by line."""
    folder = _environment(info)
    python = sys.executable
    if folder is not None:
        if not (folder / "bin" / "python").exists():
            async for line in _output(sys.executable, "-m", "venv", str(folder)):
                yield line
        python = str(folder / "bin" / "python")
    requirements = directory / "requirements.txt"
    if requirements.exists():
        async for line in _output(python, "-m", "pip", "install", "-r", str(requirements)):
            yield line


async def _output(*command: str) -> AsyncIterator[bytes]:
    process = await asyncio.create_subprocess_exec(
        *command, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT, env=dict(os.environ)
    )
    assert process.stdout is not None  # noqa: S101 - it is a pipe
    async for line in process.stdout:
        yield line
    if await process.wait() != 0:
        msg = f"{' '.join(command)} failed with code {process.returncode}"
        raise RuntimeError(msg)
