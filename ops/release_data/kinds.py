"""What type an option has, derived from its default as kolla-ansible writes it."""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping
from typing import Any

ANY = "any"
_FILTERS = {"bool": "bool", "int": "int", "length": "int", "count": "int", "string": "str"}
_COMPARES = re.compile(r" (==|!=|<=|>=|<|>|in|not in|is|is not) ")
_TRUTH = {"yes", "no", "true", "false"}
_NAME = re.compile(r"[A-Za-z_]\w*")


class Kinds:
    """The types of one release's options; an option that stands for another has that one's type."""

    def __init__(self, defaults: Mapping[str, Any]) -> None:
        """`defaults` are the options' defaults as read from YAML."""
        self._defaults = defaults
        self._known: dict[str, str] = {}

    def of(self, name: str) -> str:
        """bool, int, float, str, list, dict, or any."""
        if name not in self._known:
            self._known[name] = ANY  # what stands for itself has no type
            kind = self.kind(self._defaults[name]) if name in self._defaults else ANY
            # Kolla's switches are all read with `| bool`.
            self._known[name] = "bool" if kind == ANY and name.startswith("enable_") else kind
        return self._known[name]

    def kind(self, value: Any) -> str:
        """The type of one default."""
        for plain in (bool, int, float, list, dict):
            if isinstance(value, plain):
                return plain.__name__
        return self._text(value) if isinstance(value, str) else ANY

    def _text(self, text: str) -> str:
        stripped = text.strip()
        if "{%" in stripped:
            return ANY
        if stripped.startswith("{{") and stripped.endswith("}}") and stripped.count("{{") == 1:
            return self._expression(stripped[2:-2])
        if stripped.lower() in _TRUTH:
            return "bool"
        # An empty text says nothing about what may stand there.
        return ANY if not stripped else "int" if re.fullmatch(r"-?\d+", stripped) else "str"

    def _expression(self, text: str) -> str:
        text = " ".join(text.split())
        masked = _mask(text)
        if re.fullmatch(r"\(_*\)", masked):
            return self._expression(text[1:-1])
        branch = re.search(r" if .* else ", masked)
        if branch:
            return self._same(text[: branch.start()], text[branch.end() :])
        parts = _split(text, masked, r" and | or ")
        if len(parts) > 1:
            return self._same(*parts)
        if masked.startswith("not ") or _COMPARES.search(masked):
            return "bool"
        *_, last = _split(text, masked, r"\|")
        if last != text:
            return _FILTERS.get(last.strip(), ANY)
        return self._word(text)

    def _word(self, text: str) -> str:
        if len(text) > 1 and text[0] == text[-1] and text[0] in "'\"":
            return self._text(text[1:-1])
        if text in ("omit", "none", "None"):
            return ANY
        if text.lower() in _TRUTH:
            return "bool"
        if re.fullmatch(r"-?\d+", text):
            return "int"
        return self.of(text) if _NAME.fullmatch(text) else ANY

    def _same(self, *texts: str) -> str:
        kinds = {self._expression(text) for text in texts}
        return kinds.pop() if len(kinds) == 1 else ANY


def _mask(text: str) -> str:
    """The text with all that stands in brackets or quotes blotted out, of the same length."""
    out, closers, quote = [], "", ""
    for char in text:
        inside = bool(closers or quote)
        if quote:
            quote = "" if char == quote else quote
        elif char in "'\"":
            quote = char
        elif char in "([{":
            closers += ")]}"["([{".index(char)]
        elif closers and char == closers[-1]:
            closers = closers[:-1]
        out.append("_" if inside and (closers or quote) else char)
    return "".join(out)


def _split(text: str, masked: str, pattern: str) -> list[str]:
    cuts = [(0, 0), *(match.span() for match in re.finditer(pattern, masked)), (len(text), len(text))]
    return [text[before[1] : after[0]] for before, after in itertools.pairwise(cuts)]
