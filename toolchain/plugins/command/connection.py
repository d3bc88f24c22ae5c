"""Where and how to connect: the `connection` input as one typed value."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from toolchain.plugins.base.errors import InvalidError
from toolchain.plugins.base.wire import UNKNOWN


@dataclass(frozen=True)
class Connection:
    """One SSH endpoint.

    Attributes:
        host_key: The host's key, `TYPE BASE64`; empty means that any key is taken, as in the official plugin.
        agent: Socket of the SSH agent; empty means none.
        dial_error_limit: Failed attempts to connect that are forgiven; -1 is no limit.
        per_dial_timeout: Seconds for one attempt; 0 is no limit.
    """

    host: str
    port: int = 22
    user: str = "root"
    password: str | None = field(default=None, repr=False)
    private_key: str | None = field(default=None, repr=False)
    private_key_password: str | None = field(default=None, repr=False)
    agent: str = ""
    host_key: str = ""
    dial_error_limit: int = 10
    per_dial_timeout: float = 15
    proxy: Connection | None = None

    @property
    def endpoint(self) -> str:
        """For messages: user, host and the port where it is not 22."""
        return f"{self.user}@{self.host}" + (f":{self.port}" if self.port != 22 else "")


def parse(values: Mapping[str, Any]) -> Connection:
    """Read the `connection` input (camelCase names of the official schema)."""
    if any(value is UNKNOWN for value in values.values()):
        msg = "the connection holds a value that is not known yet"
        raise InvalidError(msg)
    present = {name: value for name, value in values.items() if value is not None}
    proxy = present.get("proxy")
    agent = present.get("agentSocketPath", "")
    if not agent and not present.get("privateKey"):
        agent = os.environ.get("SSH_AUTH_SOCK", "")
    return Connection(
        host=present["host"],
        port=int(present.get("port", 22)),
        user=present.get("user", "root"),
        password=present.get("password"),
        private_key=present.get("privateKey"),
        private_key_password=present.get("privateKeyPassword"),
        agent=agent,
        host_key=present.get("hostKey", ""),
        dial_error_limit=int(present.get("dialErrorLimit", 10)),
        per_dial_timeout=float(present.get("perDialTimeout", 15)),
        proxy=parse(proxy) if proxy else None,
    )
