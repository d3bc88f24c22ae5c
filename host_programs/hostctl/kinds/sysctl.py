"""Kernel parameters: live in /proc/sys and for the next boot in /etc/sysctl.d."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any, Dict, Optional

from host_programs.contract.hostctl import sysctl_file
from host_programs.hostctl import filework
from host_programs.hostctl.errors import HostctlError
from host_programs.hostctl.host import in_container

if TYPE_CHECKING:
    from host_programs.hostctl.plan import Plan
    from host_programs.hostctl.system import System

SHAPE: Dict[str, Any] = {"*": str}
STAYS = False


# The kernel makes a host or a router of the machine when these are written: it resets other parameters
# to what it thinks right, so at boot they come first.
FORWARDING = ("net.ipv4.ip_forward", "net.ipv4.conf.all.forwarding", "net.ipv6.conf.all.forwarding")
RESET = "net.ipv4.conf.all.accept_redirects"


def compare(want: Optional[Dict[str, str]], plan: Plan) -> None:
    """Each parameter's live value, and the drop-in that sets it at boot."""
    settings = {key: " ".join(str(value).split()) for key, value in (want or {}).items()}
    if settings:
        ordered = sorted(settings.items(), key=lambda setting: (setting[0] not in FORWARDING, setting))
        text = "".join(f"{key} = {value}\n" for key, value in ordered)
        filework.ensure(plan, sysctl_file(plan.group), f"# Managed by hostctl.\n{text}")
    for key, value in sorted(settings.items()):
        _parameter(plan, key, value)
    for item in plan.leaving():
        if item.startswith("/"):
            filework.undo(plan, item)
        else:
            before = plan.originals[item]
            effect = functools.partial(_set, plan.host, item, before)
            now = " ".join((plan.host.read(proc_path(item)) or "").split())
            plan.undo(item, f"sysctl {item} restored to {before}", effect, now=now)


def restore(host: System, item: str, before: str, boot: bool) -> None:
    """Set the old value."""
    del boot
    _set(host, item, before)


def _parameter(plan: Plan, key: str, value: str) -> None:
    host, path = plan.host, proc_path(key)
    live = host.read(path)
    now = None if live is None else " ".join(live.split())
    if now == value:
        plan.fine(key)
        return
    if in_container(host) and (now is None or not host.writable(path)):
        plan.wants(key)
        plan.note(f"sysctl {key}: the container's kernel keeps {now or 'none'}; set for the next boot only")
        return
    plan.add(
        key, f"sysctl {key} {now or 'missing'}→{value}", functools.partial(_set, host, key, value), before=now
    )


def proc_path(key: str) -> str:
    """As sysctl(8): dots separate, and a slash stands for a dot within a name (`net.ipv4.conf.bond0/10.x`)."""
    return "/proc/sys/" + key.translate(str.maketrans("./", "/."))


def _set(host: System, key: str, value: str) -> None:
    # Nothing but this parameter changes: what the kernel resets along with it gets its value back.
    kept = host.read(proc_path(RESET)) if key in FORWARDING else None
    _poke(host, key, value)
    if kept is not None and host.read(proc_path(RESET)) != kept:
        _poke(host, RESET, kept.strip())


def _poke(host: System, key: str, value: str) -> None:
    if host.read(proc_path(key)) is None:
        raise HostctlError(
            f"sysctl {key}", "the kernel has no such parameter", "load its module or correct the key"
        )
    try:
        host.poke(proc_path(key), value)
    except OSError as error:
        raise HostctlError(f"sysctl {key}", f"the kernel refuses {value}: {error.strerror}") from error
