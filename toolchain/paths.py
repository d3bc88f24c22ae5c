"""Where the toolchain keeps things, and which versions it is for."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from config.cache import cache_folder
from machine.go_build import GoProgram

REPOSITORY = Path(__file__).resolve().parent.parent
_VERSION_VARIABLE = "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version"


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

    @cached_property
    def engine(self) -> GoProgram:
        """The engine; built here, it has the version that the release has."""
        pins = self.repository / "toolchain" / "engine"
        program = GoProgram("pulumi", pins, "github.com/pulumi/pulumi/pkg/v3", "cmd/pulumi")
        return replace(program, flags=f"-X {_VERSION_VARIABLE}={program.version}")

    @property
    def engine_version(self) -> str:
        """The engine's version, from the module that pins it."""
        return self.engine.version

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
