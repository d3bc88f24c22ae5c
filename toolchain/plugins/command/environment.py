"""Environment variables of a command that every kind of command adds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

STDOUT: Final = "PULUMI_COMMAND_STDOUT"
STDERR: Final = "PULUMI_COMMAND_STDERR"


def previous_output(inputs: Mapping[str, Any], state: Mapping[str, Any]) -> dict[str, str]:
    """What the last run printed, unless `addPreviousOutputInEnv` is false."""
    if inputs.get("addPreviousOutputInEnv") is False:
        return {}
    pairs = ((STDOUT, state.get("stdout")), (STDERR, state.get("stderr")))
    return {name: value for name, value in pairs if value}
