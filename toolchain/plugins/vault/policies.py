"""Policies: what a token may."""

from __future__ import annotations

from toolchain.plugins.vault.api import Api
from toolchain.plugins.vault.kind import REFUSED, Kind

POLICIES: dict[str, tuple[type[Api], Kind]] = {
    "vault:index/policy:Policy": (
        Api,
        Kind(
            "policy",
            "{name}",
            "sys/policies/acl/{name}",
            refused={**REFUSED, "allowOverwrite": "a policy of that name is always taken over"},
        ),
    ),
}
