"""The one exception of kolla-run."""

from __future__ import annotations

from host_programs.errors import OperatorError


class RunError(OperatorError):
    """Something the operator of kolla-run must know."""
