"""What programs on hosts report to the operator: what, why, and how to put it right."""

from __future__ import annotations

from typing import Any, Dict

from host_programs.contract import EXIT_ERROR


class OperatorError(Exception):
    """An error meant for the operator: `WHAT: reason (fix)`. Never carries a secret, nor the content of a file."""

    def __init__(self, what: str, reason: str, fix: str = "", code: int = EXIT_ERROR) -> None:
        """Name what is wrong, the reason, the fix if there is one, and the exit code of the program."""
        super().__init__(f"{what}: {reason}" + (f" ({fix})" if fix else ""))
        self.what = what
        self.reason = reason
        self.code = code
        self.summary: Dict[str, Any] = {}
        """What the command says as JSON all the same, where it does."""
