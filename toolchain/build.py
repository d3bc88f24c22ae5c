"""The engine built from its Go module."""

from __future__ import annotations

from collections.abc import Callable

from machine.errors import MachineError
from machine.go_build import built
from toolchain.paths import Places
from toolchain.tool import Origin, Tool, ToolError


def engine(places: Places, say: Callable[[str], None]) -> Tool:
    """The engine out of the cache, else built into it.

    Raises:
        ToolError: No Go that is new enough, or the build failed.
    """
    try:
        binary = built(places.engine, places.cache, places.environment, say)
    except MachineError as error:
        raise ToolError(str(error)) from error
    return Tool("pulumi", places.engine_version, Origin.BUILT, binary)
