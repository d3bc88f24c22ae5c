"""How a form is declared, and the parts that several forms are made of."""

from __future__ import annotations

from pydantic import StringConstraints

FORM_WORDS: dict[str, str] = {}
"""What each pattern means, in words for the error report."""


def form(pattern: str, words: str) -> StringConstraints:
    """A form that texts of one type have; `words` say it in the report."""
    FORM_WORDS[pattern] = words
    return StringConstraints(pattern=pattern)


SIGN = r"[^\s\x00-\x1f\x7f-\x9f]"
"""One character that is neither space nor control."""
LABEL = r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
_SERVER_LABEL = r"[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?"
SERVER = rf"{_SERVER_LABEL}(\.{_SERVER_LABEL})*\.?"
