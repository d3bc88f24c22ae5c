"""The desired state as text: how it is read, written and identified."""

from __future__ import annotations

import json
from typing import Any, Dict

from host_programs.hostctl import kinds, shapes
from host_programs.hostctl.errors import HostctlError

State = Dict[str, Any]


def parse(text: str) -> State:
    """Read a desired state.

    Raises:
        HostctlError: not JSON, or a key or type that there is not; it names where, never a value.
    """
    try:
        state = json.loads(text)
    except ValueError as error:
        raise HostctlError("state", f"is not JSON (line {getattr(error, 'lineno', '?')})") from None
    shapes.check(state, dict.fromkeys(kinds.KINDS), "state")
    for kind, want in state.items():
        module, where = kinds.module(kind), f"state.{kind}"
        shapes.check(want, module.SHAPE, where, getattr(module, "REQUIRED", ()))
        if hasattr(module, "check"):
            module.check(want, where)
    parsed: State = state
    return parsed


def canonical(state: State) -> str:
    """The one way to write a state: whoever wants to name one takes the sha256 of this."""
    return json.dumps(state, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def digest(state: State) -> str:
    """The sha256 of a state, in hex."""
    import hashlib  # noqa: PLC0415 - not needed by most commands

    return hashlib.sha256(canonical(state).encode("utf-8", "surrogatepass")).hexdigest()
