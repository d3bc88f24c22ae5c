"""The time zone: the link /etc/localtime and Debian's /etc/timezone."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any, Dict, Optional

from host_programs.hostctl import filework
from host_programs.hostctl.errors import HostctlError

if TYPE_CHECKING:
    from host_programs.hostctl.plan import Plan
    from host_programs.hostctl.system import System

SHAPE = str
STAYS = True
LINK = "/etc/localtime"
ZONES = "/usr/share/zoneinfo/"


def compare(want: Optional[str], plan: Plan) -> None:
    """The zone by its name in the tz database. It stays when it leaves the state."""
    if want is None:
        return
    host = plan.host
    now = (host.readlink(LINK) or "none").rpartition("zoneinfo/")[2]
    if now == want:
        plan.fine(LINK)
    else:
        before: Dict[str, Any] = filework.capture(host, LINK)
        plan.add(LINK, f"timezone {now}→{want}", functools.partial(_link, host, want), before=before)
    filework.ensure(plan, "/etc/timezone", f"{want}\n")


def _link(host: System, zone: str) -> None:
    if not host.exists(ZONES + zone):
        raise HostctlError(
            "timezone", f"there is no zone {zone} on this host", "install tzdata or correct it"
        )
    host.symlink(LINK, ZONES + zone)
