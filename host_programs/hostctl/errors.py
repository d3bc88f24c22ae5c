"""The one exception of hostctl: an item, what is wrong with it, and how to put it right."""

from __future__ import annotations

from host_programs.contract import EXIT_ERROR


class HostctlError(Exception):
    """Something the operator must know: `ITEM: reason (fix)`. Never carries the content of a file."""

    def __init__(self, item: str, reason: str, fix: str = "", code: int = EXIT_ERROR) -> None:
        """Name the item, the reason, the fix if there is one, and the exit code of the program."""
        super().__init__(f"{item}: {reason}" + (f" ({fix})" if fix else ""))
        self.item = item
        self.reason = reason
        self.code = code
