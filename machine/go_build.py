"""Programs of others, built from the Go module that pins them, once for all checkouts of a user."""

from __future__ import annotations

import fcntl
import hashlib
import platform
import re
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from machine.errors import MachineError
from machine.go import build_environment, find_go, module_go

_PROGRESS_SECONDS = 15.0


@dataclass(frozen=True)
class GoProgram:
    """One program.

    Attributes:
        name: of its binary, and of its folder in the cache.
        pins: the folder of ours with the `go.mod`, `go.sum` and `tools.go` that pin it.
        module: the Go module that has it.
        package: its package, below the module.
        flags: what the linker is told besides.
    """

    name: str
    pins: Path
    module: str
    package: str
    flags: str = ""

    @property
    def version(self) -> str:
        """The version that is pinned."""
        pattern = rf"^require {re.escape(self.module)} v(\S+)"
        found = re.search(pattern, (self.pins / "go.mod").read_text(), re.MULTILINE)
        if found is None:
            raise MachineError(f"{self.pins / 'go.mod'} has no line like {pattern}")
        return found[1]

    @property
    def key(self) -> str:
        """Names a build: it changes when a pin or the kind of machine does."""
        pins = b"".join((self.pins / name).read_bytes() for name in ("go.mod", "go.sum", "tools.go"))
        return f"{self.version}-{platform.machine()}-{hashlib.sha256(pins).hexdigest()[:12]}"

    def binary(self, cache: Path) -> Path:
        """Where it is once it was built."""
        return cache / self.name / self.key / self.name


def built(
    program: GoProgram, cache: Path, environment: Mapping[str, str], say: Callable[[str], None]
) -> Path:
    """The program's binary out of the cache, else built into it.

    Args:
        program: which one.
        cache: the project's cache folder.
        environment: what Go runs with; its PATH says which Go the machine has.
        say: called with what takes its time.

    Raises:
        MachineError: no Go that is new enough, or the build failed.
    """
    binary = program.binary(cache)
    if binary.exists():
        return binary
    binary.parent.mkdir(parents=True, exist_ok=True)
    with _alone(binary.parent / "lock", program.name, say):
        if not binary.exists():
            go = find_go(module_go(program.pins), cache, environment, say)
            _build(program, go, environment, binary, say)
    return binary


def _build(
    program: GoProgram, go: str, environment: Mapping[str, str], binary: Path, say: Callable[[str], None]
) -> None:
    say(f"{program.name} {program.version}: building it with {go} (up to 10 minutes, once per machine)")
    with tempfile.TemporaryDirectory(dir=binary.parent) as scratch:
        result, log = Path(scratch, program.name), Path(scratch, "log")
        command = [go, "build", "-mod=readonly", "-trimpath", "-ldflags", f"-s -w {program.flags}".rstrip()]
        command += ["-o", str(result), f"{program.module}/{program.package}"]
        with log.open("wb") as output:
            process = subprocess.Popen(
                command, cwd=program.pins, env=build_environment(environment), stdout=output, stderr=output
            )
            code = _wait(process, say)
        if code != 0:
            end = "\n".join(f"  {line}" for line in log.read_text(errors="replace").splitlines()[-15:])
            msg = f"building {program.name} failed with code {code}:\n{end}"
            raise MachineError(msg)
        result.replace(binary)


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
def _alone(path: Path, name: str, say: Callable[[str], None]) -> Iterator[None]:
    """Only one build at a time, whichever checkout asks."""
    with path.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say(f"{name} is being built by another process: waiting for it")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield
