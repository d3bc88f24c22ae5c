"""Where the hosts' logs go: a store that takes Loki's push protocol."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from pydantic import Field

from config.model.base import Section
from config.model.errors import Loc, Problem
from config.model.text_source import SecretSource, read_file
from config.model.texts.hosts import PackageName
from config.model.texts.lines import Name, Word
from config.model.texts.network import HttpsUrl
from config.model.types import LocalPath

_PLAIN = re.compile(r"[!#%&(-\[\]-~]*")
"""What systemd's environment files hold as it is."""


class Logs(Section):
    """Every host's logs, sent by Fluent Bit to a store of your own (Loki, VictoriaLogs); how long it keeps them, it says."""

    url: HttpsUrl
    """Where it accepts them: for Loki `https://HOST:3100/loki/api/v1/push`, for VictoriaLogs
    `…/insert/loki/api/v1/push?_msg_field=message,log`."""
    user: Word | None = None
    """Login; none: it accepts them without one."""
    password: SecretSource | None = None
    """Password of the login."""
    tenant: Name | None = None
    """Tenant of the store (Loki's `X-Scope-OrgID`); none: it has but one."""
    ca: LocalPath | None = None
    """PEM file of the CA behind its certificate; none: the hosts know it."""
    package: PackageName = "fluent-bit"
    """Package of Fluent Bit, from one of `cloud:packages.repositories`."""
    buffer: int = Field(default=512, ge=64, le=65536)
    """MiB that a host keeps on disk while the store is away; then lines wait in their own files."""

    def problems(self, here: Loc) -> Iterator[Problem]:
        """A login is complete and can be written down; the store has a path; its CA can be read."""
        if (self.user is None) != (self.password is None):
            lacks, has = ("user", "password") if self.user is None else ("password", "user")
            yield Problem((*here, lacks), f"is missing, and there is a {has}", "give both or neither")
        if urlsplit(self.url).path in ("", "/"):
            fix = "write the full URL, such as `https://HOST:3100/loki/api/v1/push`"
            yield Problem((*here, "url"), "has no path", fix, self.url)
        if self.password is not None:
            loc: Loc = (*here, "password")
            text, problems = self.password.examined(loc, "put it into a file of mode 0600")
            yield from problems
            if text is not None and not _PLAIN.fullmatch(text.strip()):
                reason = "has a space, a quote, `$`, a backslash or a letter that is not ASCII"
                yield Problem(self.password.place(loc), reason, "create another one")
        if self.ca is not None:
            _, problems = read_file((*here, "ca"), self.ca, "correct the name", absent=False)
            yield from problems
