"""Swap off for good: live, in fstab, and the systemd units and zram generators that would bring it back."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Dict, List, Optional

from host_programs.hostctl.errors import HostctlError
from host_programs.hostctl.host import in_container

if TYPE_CHECKING:
    from host_programs.hostctl.plan import Plan
    from host_programs.hostctl.system import System

SHAPE = str
STAYS = True
FSTAB = "/etc/fstab"
MARK = "#hostctl-swap-off# "
# Services that make swap at boot, on Debian and Ubuntu.
MAKERS = ("zramswap.service", "dphys-swapfile.service", "systemd-zram-setup@zram0.service")


def check(want: str, where: str) -> None:
    """Refuse anything but off."""
    if want != "off":
        raise HostctlError(where, "can only be off")


def compare(want: Optional[str], plan: Plan) -> None:
    """All four ways in which a host gets swap."""
    host = plan.host
    if want == "off":
        if len(_lines(host, "/proc/swaps")) <= 1:
            plan.fine("live")
        elif in_container(host):
            plan.note("swap is on outside of this container; left alone")
        else:
            plan.add("live", "swap off", functools.partial(host.run, ["swapoff", "-a"], "swap", seconds=600))
        if any(_is_swap(line) for line in _lines(host, FSTAB)):
            effect = functools.partial(_comment_out, host)
            plan.add(
                "fstab", f"swap {FSTAB} entries commented out", effect, before={"off": False}, touches=FSTAB
            )
        else:
            plan.fine("fstab")
        _units(plan)
        for item in plan.originals:
            plan.wants(item)
    for item in plan.leaving():
        label = f"swap {item} allowed again"
        effect = functools.partial(restore, host, item, plan.originals[item], boot=False)
        plan.undo(item, label, effect, now={"off": True}, touches=FSTAB)


def restore(host: System, item: str, before: Dict[str, bool], boot: bool) -> None:
    """Bring the entries and units back; nothing is swapped on: the next boot does that."""
    del boot
    if item == "fstab" and before["off"]:
        _comment_out(host)
    elif item == "fstab":
        lines = [line.removeprefix(MARK) for line in _lines(host, FSTAB)]
        _write(host, lines)
    elif item.startswith("unit:"):
        verb = "mask" if before["off"] else "unmask"
        host.run(["systemctl", verb, item[len("unit:") :]], f"swap {item}")


def _units(plan: Plan) -> None:
    found = plan.host.query(
        ["systemctl", "list-unit-files", "--no-legend", "--plain", "--type=swap,service", "*.swap", *MAKERS]
    )
    for line in found.out.splitlines():
        unit, state = [*line.split(), "", ""][:2]
        if not unit:
            continue
        # fstab's own units are generated: the comment removes them at the next boot.
        if (state in {"masked", "generated", "disabled"} and not unit.endswith(".swap")) or state in {
            "masked",
            "masked-runtime",
            "generated",
        }:
            plan.fine(f"unit:{unit}")
            continue
        effect = functools.partial(plan.host.run, ["systemctl", "mask", "--now", unit], f"swap {unit}")
        plan.add(f"unit:{unit}", f"swap unit {unit} masked", effect, before={"off": False})


def _comment_out(host: System) -> None:
    _write(host, [MARK + line if _is_swap(line) else line for line in _lines(host, FSTAB)])


def _write(host: System, lines: List[str]) -> None:
    found = host.stat(FSTAB)
    if found is None:
        raise HostctlError(FSTAB, "disappeared while hostctl was running")
    host.write(FSTAB, "".join(f"{line}\n" for line in lines), found.mode, found.owner)


def _is_swap(line: str) -> bool:
    fields = line.split()
    return len(fields) > 2 and not line.lstrip().startswith("#") and fields[2] == "swap"


def _lines(host: System, path: str) -> List[str]:
    return (host.read(path) or "").splitlines()
