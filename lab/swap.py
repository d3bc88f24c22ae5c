"""Memory of hosts' many idle processes, compressed: a swap in the machine's own memory (Linux's zram).

A cloud on one machine is some two hundred containers, most of which wait. A machine that has a swap keeps it as it is.
"""

from __future__ import annotations

import os
from pathlib import Path

from lab.records import Records
from machine.commands import attempt, run

SHARE = 3
"""What the swap holds at most, uncompressed: the machine's memory, divided by this."""
SWAPPINESS = "100"
"""Reading from it costs less than from a disk, so idle memory goes rather than files that are read."""
_CONTROL = Path("/sys/class/zram-control")
_BLOCK = Path("/sys/block")
_SWAPS = Path("/proc/swaps")
_SWAPPINESS = Path("/proc/sys/vm/swappiness")


def make(current: Records) -> str:
    """Make one where the machine has none and its kernel can; a line that says what was done, or why not."""
    if len(_SWAPS.read_text().splitlines()) > 1:
        return "the machine's own swap stays as it is"
    if not _CONTROL.is_dir():
        return "goes without compressed memory: the kernel has no zram"
    device = f"zram{(_CONTROL / 'hot_add').read_text().strip()}"
    current.swap = device
    current.sysctls.setdefault("vm.swappiness", _SWAPPINESS.read_text().strip())
    current.save()
    size = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // SHARE
    (_BLOCK / device / "disksize").write_text(str(size))
    run(("mkswap", "--quiet", f"/dev/{device}"), ("swapon", f"/dev/{device}"))
    _SWAPPINESS.write_text(SWAPPINESS)
    return f"up to {size / (1 << 30):.1f} GiB of idle memory compressed ({device})"


def remove(device: str) -> None:
    """Take one away again; nothing where there is none."""
    if not (_BLOCK / device).is_dir():
        return
    # Off already where `up` was interrupted before it was on.
    attempt(("swapoff", f"/dev/{device}"), timeout=300)
    (_CONTROL / "hot_remove").write_text(device.removeprefix("zram"))
