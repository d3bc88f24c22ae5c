"""The kernel's host name, now and at the next boot: RabbitMQ, Ceph and Nova go by it."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Optional

from host_programs.hostctl import filework
from host_programs.hostctl.errors import HostctlError

if TYPE_CHECKING:
    from host_programs.hostctl.plan import Plan

SHAPE = str
STAYS = True
PATH = "/etc/hostname"
LIVE = "/proc/sys/kernel/hostname"


def check(want: str, where: str) -> None:
    """Refuse what the kernel would not take."""
    if not 0 < len(want) <= 64 or not want.replace("-", "").replace(".", "").isalnum():
        raise HostctlError(where, "is not a host name")


def compare(want: Optional[str], plan: Plan) -> None:
    """The live name and the file. It stays when it leaves the state."""
    if want is None:
        return
    now = (plan.host.read(LIVE) or "").strip()
    filework.ensure(plan, PATH, f"{want}\n")
    if now == want:
        plan.fine(LIVE)
    else:
        effect = functools.partial(plan.host.run, ["hostname", want], "hostname")
        plan.add("live", f"hostname {now or 'none'}→{want}", effect)
