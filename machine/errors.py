"""The one exception that command lines print without a traceback."""

from __future__ import annotations


class MachineError(Exception):
    """What is wrong, and what to do about it, in one or two lines."""
