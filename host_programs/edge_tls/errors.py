"""The one exception of edge-tls."""

from __future__ import annotations

from host_programs.errors import OperatorError


class EdgeError(OperatorError):
    """Something the operator of edge-tls must know."""
