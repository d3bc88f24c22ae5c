"""The one exception that the command line prints without a traceback."""

from __future__ import annotations


class LabError(Exception):
    """What is wrong, and what to do about it, in one or two lines."""
