"""The hosts' part of a large first `up`: before the rest, and without the state written after each step.

The engine writes the whole state to a folder or a bucket before and after each step, which makes a first run grow
with the square of its hosts (docs/decisions/0010-figures.md). Its switch against that loses the record of a run that
is killed. For a host's preparation and firewall that is no loss: they are done again, and change only what differs.
Everything else keeps its record, step by step, in the run that follows.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from config.environment import UNTIL

FROM = 64
"""Hosts from which on it is worth a run of its own: at half as many it saves as much as that run costs."""
ARGUMENTS = ("--target", "**::cloud:host:**", "--target", "**::pulumi:providers:command::**")
"""HostPrep and Firewall with all that is in them, and the provider that they go through."""
ENVIRONMENT = {"PULUMI_SKIP_CHECKPOINTS": "true", UNTIL: "hosts"}
"""The engine's own switch: a run that ends by itself or by Ctrl-C still writes the state, once. And the program's."""


def worth_it(hosts: int, export: Mapping[str, Any] | None) -> bool:
    """Whether a stack of so many hosts has none of them in its state yet; `export`: None for a new stack."""
    resources = ((export or {}).get("deployment") or {}).get("resources") or []
    return hosts >= FROM and not any("::cloud:host:" in str(resource["urn"]) for resource in resources)
