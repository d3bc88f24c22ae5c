"""What is secret among the options goes into the passwords, where Ansible takes variables from as well."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from config.kolla.option_checks import secrets_below
from config.kolla.passwords import Passwords
from config.kolla.texts import texts

_SHORTEST = 8
"""Characters of a password that can be told from an ordinary word."""


def separated(
    options: Mapping[str, Any], names: Collection[str], have: Passwords
) -> tuple[dict[str, Any], Passwords]:
    """The options without secrets, and the secrets.

    A secret that is no password of the release gets a name of its own, which the option refers to.

    Args:
        options: by name.
        names: of the release's passwords.
        have: passwords that are known, whose values may stand among the options too.
    """
    plain: dict[str, Any] = {}
    secret: Passwords = {}
    for name, value in options.items():
        if name in names:
            secret[name] = value
        elif any(secrets_below((name,), value, secret=False)) or any(
            any(known_within(text, have)) for text in texts(value)
        ):
            secret[f"site_{name}"] = value
            plain[name] = f"{{{{ site_{name} }}}}"
        else:
            plain[name] = value
    return plain, secret


def known_within(text: str, have: Passwords) -> Iterator[str]:
    """Names of the passwords that stand in a text in clear."""
    for name, value in have.items():
        if any(len(part) >= _SHORTEST and part in text for part in texts(value)):
            yield name
