"""Secrets are recognised by what they are: by their own form, or by the name of the option that holds them.

A name that only has a word such as `password` in it (`password_expires_days`, `SECRET_KEY_FILE`) says nothing.
"""

from __future__ import annotations

import re
from typing import Any

_URL = re.compile(r"(?P<scheme>[A-Za-z][\w+.-]*://)(?P<login>[^\s/:@'\"]*:(?!\{\{)[^\s/@'\"]+)@")
_FORMS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("a private key", re.compile(r"-----BEGIN [A-Z0-9 ]*PRIVATE KEY")),
    ("an address with a password", _URL),
    (
        "a web hook, which is a password",
        re.compile(r"https://hooks\.slack\.com/(services|workflows)/\w+/|/api/webhooks/\d+/"),
    ),
    (
        "a token",
        re.compile(r"\b(gh[pousr]_\w{30,}|glpat-[\w-]{20,}|xox[abpr]-[\w-]{10,}|AKIA[0-9A-Z]{16})\b"),
    ),
)
_NAME = re.compile(
    r"(^|[_.-])(password|passwd|pass|passphrase|secret|secret_id|secret_key|secret_access_key|private_key|ssh_key"
    r"|api_key|access_key|encryption_key|crypto_key|token|jwt|hmac|cookie|kek)$",
    re.IGNORECASE,
)
_HARMLESS = re.compile(
    r"\{\{.*|<.*|true|false|yes|no|on|off|none|null|[0-9.]{1,6}|/\S*", re.IGNORECASE | re.DOTALL
)
"""Values that are no secrets whatever holds them: references, place holders, switches, small numbers, files."""
_LINE = re.compile(
    r"^[ \t]*(?:-[ \t]+)?['\"]?(?P<name>[\w.-]+)['\"]?(?:[ \t]*=[ \t]*|[ \t]*:[ \t]+)(?P<value>\S.*?)[ \t]*$",
    re.MULTILINE,
)
"""An option in INI, YAML or Python; comments have none."""


def secret_of(text: str) -> str | None:
    """What secret a text is or has in it, by its own form; none: no known one."""
    return next((words for words, found in _FORMS if found.search(text)), None)


def names_secret(name: str, value: Any) -> bool:
    """Whether an option of this name holds a secret, and the value is one in clear."""
    text = value.strip().strip("'\"") if isinstance(value, str) else ""
    return bool(text and _NAME.search(name) and not _HARMLESS.fullmatch(text))


def secret_within(text: str) -> str | None:
    """What secret a file's text has in it: in itself, or as the value of an option; none: no known one."""
    named = (one["name"] for one in _LINE.finditer(text) if names_secret(one["name"], one["value"]))
    return secret_of(text) or next((f"the value of `{name}`" for name in named), None)


def without_login(text: str) -> str:
    """A text for a report: addresses without their logins."""
    return _URL.sub(lambda found: f"{found['scheme']}…@", text)
