"""Mounts: an entry in fstab, and mounted now."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any, Dict, List, Optional

from host_programs.hostctl import shapes

if TYPE_CHECKING:
    from host_programs.hostctl.plan import Plan
    from host_programs.hostctl.system import System

SHAPE: Dict[str, Any] = {"*": {"device": str, "type": str, "options": str}}
REQUIRED = ("device", "type")
STAYS = True
FSTAB = "/etc/fstab"


def check(want: Dict[str, Dict[str, Any]], where: str) -> None:
    """Refuse what is no path or mode."""
    shapes.check_paths(want, where)


def compare(want: Optional[Dict[str, Dict[str, str]]], plan: Plan) -> None:
    """Each mount point's entry, and that something is mounted there."""
    host = plan.host
    mounted = {line.split()[1] for line in (host.read("/proc/mounts") or "").splitlines() if " " in line}
    for point, mount in sorted((want or {}).items()):
        options = mount.get("options", "defaults")
        line = f"{mount['device']} {point} {mount['type']} {options} 0 {0 if options == 'bind' else 2}"
        have = _entry(host, point)
        if have is not None and have.split() == line.split():
            plan.fine(point)
        else:
            effect = functools.partial(_set_entry, host, point, line)
            plan.add(point, f"mount {point} fstab entry", effect, before={"line": have}, touches=FSTAB)
        if point in mounted:
            plan.fine()
        else:
            plan.add(f"live:{point}", f"mount {point} mounted", functools.partial(_mount, host, point))
    for item in plan.leaving():
        # Still mounted: taking it away under somebody's feet is not ours to do.
        effect = functools.partial(restore, host, item, plan.originals[item], boot=False)
        plan.undo(
            item,
            f"mount {item} fstab entry restored",
            effect,
            now={"line": _entry(host, item)},
            touches=FSTAB,
        )


def restore(host: System, item: str, before: Dict[str, Any], boot: bool) -> None:
    """Put fstab's old entry back; what is mounted stays until the next boot."""
    del boot
    _set_entry(host, item, before["line"])


def _mount(host: System, point: str) -> None:
    if not host.exists(point):
        host.make_dir(point)
    host.run(["mount", point], f"mount {point}", seconds=120)


def _entry(host: System, point: str) -> Optional[str]:
    return next((line for line in _lines(host) if _point(line) == point), None)


def _set_entry(host: System, point: str, line: Optional[str]) -> None:
    lines = [have for have in _lines(host) if _point(have) != point] + ([line] if line is not None else [])
    host.write(FSTAB, "".join(f"{have}\n" for have in lines))


def _point(line: str) -> str:
    fields = line.split()
    return fields[1] if len(fields) > 2 and not line.lstrip().startswith("#") else ""


def _lines(host: System) -> List[str]:
    return (host.read(FSTAB) or "").splitlines()
