"""Texts of no kind in particular: lines, words, names, values, secrets."""

from __future__ import annotations

import re
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, SecretStr, StringConstraints, WithJsonSchema

from config.model.errors import UnfitError
from config.model.texts.form import SIGN, form

Line = Annotated[
    str,
    form(
        rf"^{SIGN}([^\x00-\x1f\x7f-\x9f\u2028\u2029]*{SIGN})?$",
        "write it on one line, without spaces around it and control characters in it",
    ),
]
"""Any text on one line."""
Word = Annotated[str, form(rf"^{SIGN}+$", "write it without spaces, line breaks and control characters")]
"""Any text without a space."""
Words = Annotated[str, form(rf"^{SIGN}+( {SIGN}+)*$", "write words on one line with one space between two")]
"""Words on one line."""
Name = Annotated[
    str,
    form(
        r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$",
        "a name begins with a letter or digit and has at most 64 letters, digits, dots, hyphens or underscores",
    ),
]
"""A name of something that no other type is for."""
ExactVersion = Annotated[
    str, form(r"^\d+\.\d+\.\d+$", "a version is exact, with three numbers, such as `19.2.3`")
]
MetricsSize = Annotated[
    str, form(r"^[0-9]+(MB|GB|TB)$", "a size is a whole number with MB, GB or TB, such as `100GB`")
]
Retention = Annotated[
    str, form(r"^[0-9]+[hdwy]$", "a time is a whole number with h, d, w or y, such as `15d`")
]
OptionName = Annotated[
    str,
    form(r"^[A-Za-z_][A-Za-z0-9_]*$", "an option's name is letters, digits and underscores"),
]
"""A variable of Ansible."""
RelativePath = Annotated[
    str, form(rf"^{SIGN}+$", "write a path without spaces, line breaks and control characters")
]
KvPath = Annotated[
    str,
    form(
        r"^[A-Za-z0-9_][A-Za-z0-9_.-]*(/[A-Za-z0-9_][A-Za-z0-9_.-]*){0,2}$",
        "write one to three names of letters, digits, `_`, `.` and `-`, with `/` between them",
    ),
]
"""Where something is in the vault's engine `kv`; no deeper than Pulumi's policy goes."""
Expression = Annotated[
    str,
    form(r"^\{\{[^\x00-\x1f\x7f]+\}\}$", "write a number, or what Ansible computes it from, in `{{ … }}`"),
]
"""What Ansible computes on each host, `{{ … }}`.

For numbers that depend on the host, as the release's own defaults for them do (`ansible_facts`). Whatever the program
itself counts with or plans by has to stand in the stack file.
"""
FreeText = Annotated[str, StringConstraints()]
"""Text of many lines, a file of its own."""


def number_as_text(value: Any) -> Any:
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


_TEXT_OR_NUMBER = WithJsonSchema({"type": ["string", "number"]})
Value = Annotated[Line, BeforeValidator(number_as_text), _TEXT_OR_NUMBER]
"""A value of an option or kernel parameter, on one line; a plain number needs no quotes."""


def _on_one_line(secret: SecretStr) -> SecretStr:
    if re.search(r"[\s\x00-\x1f\x7f-\x9f]", secret.get_secret_value()):
        raise UnfitError(
            "has a space, a line break or a control character in it", "give the secret alone, as one word"
        )
    if not secret.get_secret_value():
        raise UnfitError("is empty", "give the secret, or remove the key")
    return secret


SecretWord = Annotated[SecretStr, AfterValidator(_on_one_line)]
"""A secret that is one word: a password, a key, a web address with a login."""
