"""The engine built from its Go module, once for all checkouts of a user."""

from __future__ import annotations

import fcntl
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from machine.errors import MachineError
from machine.go import build_environment, find_go
from toolchain.paths import Places
from toolchain.tool import Origin, Tool, ToolError

_PACKAGE = "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"
_VERSION_VARIABLE = "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version"
_PROGRESS_SECONDS = 15.0


def engine(places: Places, say: Callable[[str], None]) -> Tool:
    """The engine out of the cache, else built into it.

    Raises:
        ToolError: No Go that is new enough, or the build failed.
    """
    binary = places.cache / "pulumi" / places.engine_key / "pulumi"
    tool = Tool("pulumi", places.engine_version, Origin.BUILT, binary)
    if binary.exists():
        return tool
    binary.parent.mkdir(parents=True, exist_ok=True)
    with _alone(binary.parent / "lock", say):
        if not binary.exists():
            _build(places, binary, say)
    return tool


def _build(places: Places, binary: Path, say: Callable[[str], None]) -> None:
    try:
        go = find_go(places.go_version, places.cache, places.environment, say)
    except MachineError as error:
        raise ToolError(str(error)) from error
    say(f"pulumi {places.engine_version}: building it with {go} (3 to 10 minutes, once per machine)")
    with tempfile.TemporaryDirectory(dir=binary.parent) as scratch:
        result = Path(scratch, "pulumi")
        command = [
            go,
            "build",
            "-mod=readonly",
            "-trimpath",
            "-ldflags",
            ld_flags(places),
            "-o",
            str(result),
            _PACKAGE,
        ]
        environment = build_environment(places.environment)
        log = Path(scratch, "log")
        with log.open("wb") as output:
            process = subprocess.Popen(
                command, cwd=places.engine, env=environment, stdout=output, stderr=output
            )
            code = _wait(process, say)
        if code != 0:
            end = "\n".join(f"  {line}" for line in log.read_text(errors="replace").splitlines()[-15:])
            msg = f"building pulumi failed with code {code}:\n{end}"
            raise ToolError(msg)
        result.replace(binary)


def ld_flags(places: Places) -> str:
    """Small, and with the version that the release has."""
    return f"-s -w -X {_VERSION_VARIABLE}={places.engine_version}"


def _wait(process: subprocess.Popen[bytes], say: Callable[[str], None]) -> int:
    start = time.monotonic()
    try:
        while True:
            try:
                return process.wait(_PROGRESS_SECONDS)
            except subprocess.TimeoutExpired:
                say(f"  … building, {time.monotonic() - start:.0f} s")
    except BaseException:
        process.kill()
        process.wait()
        raise


@contextmanager
def _alone(path: Path, say: Callable[[str], None]) -> Iterator[None]:
    """Only one build at a time, whichever checkout asks."""
    with path.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("pulumi is being built by another process: waiting for it")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield
