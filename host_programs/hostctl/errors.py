"""The one exception of hostctl."""

from __future__ import annotations

from host_programs.errors import OperatorError


class HostctlError(OperatorError):
    """Something the operator of hostctl must know; `what` is an item of the desired state."""
