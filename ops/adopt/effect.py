"""What an option comes to: what is set, else the release's default, evaluated as far as that can be known."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from config.kolla.values import UndefinedValueError, UnknownValueError, Values, truth
from config.release_map.data_file import option_rows

_CUT_SHORT = {"neutron_bridge_name": "br-ex"}
"""Defaults that are too long for the release's data: what they come to in every cloud that can be said here."""


class Effect:
    """The options of one cloud, comparable with those of another of the same release."""

    def __init__(self, series: str, own: Mapping[str, Any]) -> None:
        self._values = Values(series, own)
        self._own = own
        self._rows = option_rows(series)

    def of(self, name: str) -> str:
        """A text that is the same where two clouds do the same."""
        kind, default, _ = self._rows.get(name, ("any", "", ""))
        if name in _CUT_SHORT and name not in self._own:
            return _CUT_SHORT[name]
        try:
            value = self._values.get(name)
        except UndefinedValueError as error:
            value = "" if error.name == name else self._own.get(name, default)
        except (UnknownValueError, ValueError, TypeError):
            value = self._own.get(name, default)  # an expression that only Ansible evaluates: the same text
        return _plain(kind, value)


def _plain(kind: str, value: Any) -> str:
    if value is None or value == "":
        return str(False) if kind == "bool" else ""
    if kind == "bool" and "{" not in str(value):
        return str(truth(value))
    if isinstance(value, dict | list | tuple):
        return json.dumps(value, sort_keys=True, default=str)
    text = str(value).strip()
    if "{" not in text and "," in text:
        return ",".join(part.strip() for part in text.split(","))  # lists that Kolla-Ansible splits itself
    return str(truth(text)) if text.lower() in ("yes", "no", "true", "false") else " ".join(text.split())
