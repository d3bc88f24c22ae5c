"""The `command` provider put together: its schema and its resource types."""

from __future__ import annotations

from pathlib import Path

from toolchain.plugins.base.engine import Engine
from toolchain.plugins.base.provider import Provider
from toolchain.plugins.base.schema import Schema
from toolchain.plugins.command.copy import CopyToRemote
from toolchain.plugins.command.local import LocalCommand
from toolchain.plugins.command.remote import RemoteCommand

SCHEMA = Path(__file__).with_name("schema.json")


def provider(engine: Engine | None = None) -> Provider:
    """The provider, with its line to the engine."""
    resources = {
        "command:local:Command": LocalCommand(),
        "command:remote:Command": RemoteCommand(),
        "command:remote:CopyToRemote": CopyToRemote(),
    }
    return Provider(Schema(SCHEMA), resources, engine)
