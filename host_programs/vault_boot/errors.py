"""The one exception of vault-boot."""

from __future__ import annotations

from host_programs.errors import OperatorError


class BootError(OperatorError):
    """Something the operator of vault-boot must know."""
