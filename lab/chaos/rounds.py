"""One round: a load, a fault in it, the time until all is as before, and what became of the writes."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from contextlib import closing

from lab import ssh
from lab.chaos.faults import Fault
from lab.chaos.figures import Figures
from lab.chaos.load import PACE, Load, User
from lab.errors import LabError

WARM = 5.0
"""Seconds of load before a fault strikes."""
NOTICED = 30.0
"""Seconds of load after a fault that ends by itself struck: what does not fail within them is not affected."""
DEADLINE = 900.0
"""Seconds within which all has to be as before."""
INTEGRITY = "sudo -n /opt/kolla-run/kolla-run integrity --patience 0"


def play(fault: Fault, user: User, seed: int, tell: Callable[[str], None]) -> Figures:
    """Strike once, and measure.

    Args:
        fault: what happens.
        user: whose calls are counted.
        seed: decides what a fault hits that has a choice.
        tell: takes a line about each step.

    Raises:
        LabError: the load was not served before, the fault could not be made, or not all was as before in time.
    """
    chance = random.Random(seed)  # noqa: S311 - chance that can be repeated
    with Load(user, f"chaos-{time.time_ns()}") as load, closing(fault.strike(chance)) as strike:
        _until("the load to be served", 60, lambda: load.served(0.0))
        time.sleep(WARM)
        began = time.monotonic()
        struck = next(strike)
        tell(f"{fault.name}: {struck}, {time.monotonic() - began:.1f} s")
        if fault.ends_itself:
            time.sleep(NOTICED)
            _until("calls to be served again", DEADLINE, lambda: load.served(began + NOTICED))
            tell(f"served; failed: {load.failed() or 'nothing'}")
        # What ends it; where that is nothing, it was over when it had struck.
        over = time.monotonic()
        if next(strike, None) is not None:
            raise LabError(f"{fault.name}: strikes twice")
        whole = _whole(over, tell)
        _until("calls to be served again", DEADLINE, lambda: load.served(over))
    return Figures(fault.name, struck, load.failed(), whole, load.writes(), load.reasons())


def _whole(since: float, tell: Callable[[str], None]) -> float:
    """Seconds from a moment until the deploy host finds all as it should be."""
    while True:
        done = ssh.run("deploy", INTEGRITY, timeout=300)
        passed = time.monotonic() - since
        if done.returncode == 0:
            tell(f"all as before after {passed:.0f} s")
            return passed
        if passed > DEADLINE:
            raise LabError(
                f"not all is as before after {passed:.0f} s: {done.stdout[-2000:]}{done.stderr[-500:]}"
            )


def _until(what: str, seconds: float, come: Callable[[], bool]) -> None:
    end = time.monotonic() + seconds
    while not come():
        if time.monotonic() > end:
            raise LabError(f"waited {seconds:.0f} s for {what}")
        time.sleep(PACE / 4)
