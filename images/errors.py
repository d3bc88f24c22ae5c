"""What `make images` prints without a traceback."""

from __future__ import annotations

from machine.errors import MachineError


class ImagesError(MachineError):
    """What is wrong, and what to do about it, in one line."""
