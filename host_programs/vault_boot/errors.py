"""The one exception of vault-boot: what, why, and how to put it right."""

from __future__ import annotations

from host_programs.contract import EXIT_ERROR


class BootError(Exception):
    """Something the operator must know: `WHAT: reason (fix)`. Never carries a secret."""

    def __init__(self, what: str, reason: str, fix: str = "", code: int = EXIT_ERROR) -> None:
        """Name what is wrong, the reason, the fix if there is one, and the exit code."""
        super().__init__(f"{what}: {reason}" + (f" ({fix})" if fix else ""))
        self.code = code
