"""The one exception of kolla-run: what, why, and how to put it right."""

from __future__ import annotations

EXIT_ERROR = 1
"""Something other than a host stood in the way."""
EXIT_HOSTS = 2
"""Hosts failed or could not be reached."""


class RunError(Exception):
    """Something the operator must know: `WHAT: reason (fix)`. Never carries a secret."""

    def __init__(self, what: str, reason: str, fix: str = "", code: int = EXIT_ERROR) -> None:
        """Name what is wrong, the reason, the fix if there is one, and the exit code."""
        super().__init__(f"{what}: {reason}" + (f" ({fix})" if fix else ""))
        self.code = code
