"""Kernel modules: loaded now and at each boot. What is built into the kernel counts as loaded."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, List, Optional

from host_programs.hostctl import filework
from host_programs.hostctl.host import kernel_release

if TYPE_CHECKING:
    from host_programs.hostctl.plan import Plan
    from host_programs.hostctl.system import System

SHAPE = [str]
STAYS = True


def compare(want: Optional[List[str]], plan: Plan) -> None:
    """Each module loaded, and the list for the next boot. A module stays loaded when it leaves the state."""
    modules = want or []
    if modules:
        text = "".join(f"{name}\n" for name in sorted(set(modules)))
        filework.ensure(
            plan, f"/etc/modules-load.d/hostctl-{plan.group}.conf", f"# Managed by hostctl.\n{text}"
        )
    for name in modules:
        if loaded(plan.host, name):
            plan.fine(name)
        elif not plan.host.exists(f"/lib/modules/{kernel_release(plan.host)}"):
            plan.wants(name)
            plan.note(f"module {name}: this host has no modules for its kernel (a container); not loaded")
        else:
            effect = functools.partial(plan.host.run, ["modprobe", "--", name], f"module {name}")
            plan.add(name, f"module {name} load", effect)
    for item in plan.leaving():
        filework.undo(plan, item)


def loaded(host: System, name: str) -> bool:
    """Whether the kernel has the module, built in or loaded."""
    plain = name.replace("-", "_")
    if host.exists(f"/sys/module/{plain}"):
        return True
    # Built in without parameters: no entry below /sys/module, but its own one elsewhere.
    signs = {
        "br_netfilter": "/proc/sys/net/bridge",
        "8021q": "/proc/net/vlan",
        "bonding": "/proc/net/bonding",
    }
    if plain in signs and host.exists(signs[plain]):
        return True
    builtin = host.read(f"/lib/modules/{kernel_release(host)}/modules.builtin") or ""
    return f"/{plain}.ko" in builtin.replace("-", "_")
