"""One upgrade of all packages for each new token; the token of the last one is kept."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Optional

from host_programs.contract.hostctl import HOSTCTL_FOLDER
from host_programs.hostctl.kinds import packages

if TYPE_CHECKING:
    from host_programs.hostctl.plan import Plan
    from host_programs.hostctl.system import System

SHAPE = str
STAYS = True


def compare(want: Optional[str], plan: Plan) -> None:
    """Upgrade once per token. A token that leaves the state changes nothing."""
    if want is None:
        return
    path = f"{HOSTCTL_FOLDER}/{plan.group}.upgrade"
    if (plan.host.read(path) or "").strip() == want:
        plan.fine(want)
        return
    plan.add(want, f"upgrade {want}", functools.partial(_upgrade, plan.host, path, want))


def _upgrade(host: System, path: str, token: str) -> None:
    packages.refresh(host, f"upgrade {token}")
    packages.transaction(host, ["dist-upgrade"], f"upgrade {token}")
    host.write(path, token + "\n", "0600")
