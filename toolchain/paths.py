"""Where the toolchain keeps things, and which versions it is for."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from config.cache import cache_folder
from machine.go import module_go

REPOSITORY = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Places:
    """The folders of one checkout.

    Attributes:
        repository: The checkout.
        tools: What this makes in the checkout (`.tools`).
        cache: What all checkouts of this user share.
        python: The interpreter that plugins run with.
        environment: The environment to look at: PATH, PULUMI_HOME, PULUMI_DOWNLOAD_BASE.
    """

    repository: Path = REPOSITORY
    tools: Path = REPOSITORY / ".tools"
    cache: Path = field(default_factory=cache_folder)
    python: str = sys.executable
    environment: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))

    @property
    def bin(self) -> Path:
        """Executables of this checkout, first on PATH."""
        return self.tools / "bin"

    @property
    def home(self) -> Path:
        """PULUMI_HOME, where one of our own is used."""
        return self.tools / "pulumi-home"

    @property
    def engine(self) -> Path:
        """The Go module from which the engine is built."""
        return self.repository / "toolchain" / "engine"

    @cached_property
    def engine_version(self) -> str:
        """The engine's version, from the module."""
        return _from_module(self.engine, r"^require github\.com/pulumi/pulumi/pkg/v3 v(\S+)")

    @cached_property
    def go_version(self) -> str:
        """The oldest Go that builds the module."""
        return module_go(self.engine)

    @cached_property
    def engine_key(self) -> str:
        """Names a build: it changes when the module or the kind of machine does."""
        module = b"".join((self.engine / name).read_bytes() for name in ("go.mod", "go.sum", "tools.go"))
        return f"{self.engine_version}-{platform.machine()}-{hashlib.sha256(module).hexdigest()[:12]}"

    @cached_property
    def plugins(self) -> Mapping[str, str]:
        """The provider plugins that this project has, each with the version that the program asks for."""
        schemas = (self.repository / "toolchain" / "plugins").glob("*/schema.json")
        return {path.parent.name: _plugin_version(path) for path in sorted(schemas)}


def _plugin_version(schema: Path) -> str:
    """The version of the installed SDK, or of the schema where the program needs no SDK."""
    try:
        return version(f"pulumi-{schema.parent.name}")
    except PackageNotFoundError:
        return str(json.loads(schema.read_text())["version"])


def _from_module(folder: Path, pattern: str) -> str:
    found = re.search(pattern, (folder / "go.mod").read_text(), re.MULTILINE)
    if found is None:
        msg = f"{folder / 'go.mod'} has no line like {pattern}"
        raise ValueError(msg)
    return found[1]
