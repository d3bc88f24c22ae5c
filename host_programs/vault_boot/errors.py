"""The one exception of vault-boot."""

from __future__ import annotations

from host_programs.errors import ToldError


class BootError(ToldError):
    """Something the operator of vault-boot must know."""
