"""Where certificates come from: what renewal needs of any source."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol


class Source(Protocol):
    """Issues certificates."""

    asks_back: bool
    """It asks the load balancer before it issues, so there has to be one."""

    def issue(self, names: Sequence[str]) -> str:
        """PEM for these names: certificate, chain, key.

        Raises:
            OperatorError: it is refused, or nobody answers.
        """


def joined(*parts: str) -> str:
    """One PEM of several, without an empty line, which HAProxy's socket would take for the end."""
    lines = (line.strip() for part in parts for line in part.splitlines())
    return "".join(f"{line}\n" for line in lines if line)
