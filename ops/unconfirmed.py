"""Changes that were applied but never confirmed, and that a plain `up` would therefore not apply again.

A network or firewall state is two resources: `X` applies it and arms its rollback, `X-confirm` confirms it
over a new connection. When the run ends between the two, the engine holds `X` as done while the host has
rolled it back. `X-confirm` carries the sha256 of the state that it confirmed, so the stack's own state tells
which `X` to repeat.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

SUFFIX = "-confirm"


def armed(export: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """URN → inputs of the commands of an exported stack that apply a state which needs a confirmation."""
    return {
        urn: inputs
        for urn, inputs in _commands(export).items()
        if "--confirm-within" in str(inputs.get("create", ""))
    }


def unconfirmed(export: Mapping[str, Any]) -> list[str]:
    """URNs of the applied states of an exported stack whose confirmation is missing or of another state."""
    commands = _commands(export)
    waiting = []
    for urn, inputs in armed(export).items():
        confirmed = commands.get(urn + SUFFIX, {}).get("stdin")
        if confirmed != hashlib.sha256(str(inputs.get("stdin", "")).encode()).hexdigest():
            waiting.append(urn)
    return waiting


def _commands(export: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    return {
        str(resource["urn"]): resource.get("inputs") or {}
        for resource in (export.get("deployment") or {}).get("resources") or []
        if resource.get("type") == "command:remote:Command" and not resource.get("delete")
    }
