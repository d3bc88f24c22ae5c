"""One upgrade of all packages for each new token; the token of the last one is kept."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Optional

from hostctl.kinds import packages

if TYPE_CHECKING:
    from hostctl.plan import Plan
    from hostctl.system import System

STATE = "/var/lib/hostctl"


def plan(want: Optional[str], plan: Plan) -> None:
    """Upgrade once per token. A token that leaves the state changes nothing."""
    if want is None:
        return
    path = f"{STATE}/{plan.group}.upgrade"
    if (plan.host.read(path) or "").strip() == want:
        plan.fine(want)
        return
    plan.add(want, f"upgrade {want}", functools.partial(_upgrade, plan.host, path, want))


def _upgrade(host: System, path: str, token: str) -> None:
    packages.refresh(host, f"upgrade {token}")
    packages.transaction(host, ["dist-upgrade"], f"upgrade {token}")
    host.write(path, token + "\n", "0600")
