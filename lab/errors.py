"""What the lab's command line prints without a traceback."""

from __future__ import annotations

from machine.errors import MachineError


class LabError(MachineError):
    """What is wrong with the lab, and what to do about it, in one or two lines."""
