"""A secret text: a file on the operator's machine, or a secret of the stack. Exactly one."""

from __future__ import annotations

from pydantic import SecretStr

from config.base import Section
from config.types import LocalPath


class SecretText(Section):
    """Where a secret text comes from; as `ssh.key`, but for any text."""

    file: LocalPath | None = None
    """Name of a file on the operator's machine, outside of git."""
    secret: SecretStr | None = None
    """The text itself, encrypted in the stack file."""
