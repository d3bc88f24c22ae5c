"""The one exception of kolla-run."""

from __future__ import annotations

from host_programs.errors import ToldError


class RunError(ToldError):
    """Something the operator of kolla-run must know."""
