"""What unit tests share."""

from __future__ import annotations

from tests.own_home import own_home
from tests.programs import host_programs

__all__ = ["host_programs", "own_home"]
