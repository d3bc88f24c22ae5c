"""How the vault is opened after a start, and who holds its shares."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator, Mapping
from typing import Literal

from pydantic import Field

from config.model.base import Section
from config.model.errors import Loc, Problem
from config.model.text_source import SecretSource, read_file
from config.model.texts.lines import Name, RelativePath
from config.model.texts.network import HostName, HttpsUrl
from config.model.types import LocalPath
from config.stack_file.sealed import SEALED
from config.vault.pgp import pgp_faults

STATIC_KEY_BYTES = 32


class Operators(Section):
    """The people who together can unseal the vault, or create a new root token where it unseals itself."""

    pgp_keys: dict[Name, LocalPath] = Field(min_length=1)
    """File with the PGP public key of each, by name: each gets one share, encrypted to it."""
    threshold: int = Field(ge=1)
    """How many of them are needed."""

    def problems(self, here: Loc) -> Iterator[Problem]:
        """Enough people, none of whom can do it alone, and keys that are keys."""
        people = len(self.pgp_keys)
        if self.threshold > people:
            reason = f"there are {people} operators, so nobody could ever unseal it"
            yield Problem((*here, "threshold"), reason, f"use at most {people}", str(self.threshold))
        elif self.threshold == 1 and people > 1:
            reason = "each operator alone could unseal the vault"
            yield Problem((*here, "threshold"), reason, "use at least 2", "1")
        seen: dict[str, str] = {}
        for name, path in self.pgp_keys.items():
            loc = (*here, "pgpKeys", name)
            text, problems = read_file(loc, path, "create it with `gpg --armor --export NAME`", absent=True)
            yield from problems
            if text is None:
                continue
            yield from (Problem(loc, reason, fix, str(path)) for reason, fix in pgp_faults(text))
            if (other := seen.setdefault(text, name)) != name:
                reason = f"is the key of `{other}` too: one person would hold two shares"
                yield Problem(loc, reason, "name another key", str(path))


class Transit(Section):
    """Another vault, which keeps the key that opens this one."""

    address: HttpsUrl
    """Its URL."""
    key_name: HostName
    """Name of the key in it."""
    mount: RelativePath = "transit"
    """Where its secrets engine is mounted."""
    token: SecretSource
    """A renewable token that may encrypt and decrypt with that key."""


class Seal(Section):
    """How the vault is unsealed after a start."""

    kind: Literal["shares", "static", "transit"] = "shares"
    """`shares`: operators, at each start; `static`: a key on the hosts; `transit`: another vault."""
    static_key: SecretSource | None = None
    """32 random bytes in base64 (kind static)."""
    transit: Transit | None = None
    """The other vault (kind transit)."""

    def problems(self, here: Loc) -> Iterator[Problem]:
        """Exactly what its kind needs."""
        needed: Mapping[str, tuple[str, object]] = {
            "static": ("staticKey", self.static_key),
            "transit": ("transit", self.transit),
        }
        for kind, (field, value) in needed.items():
            if kind == self.kind and value is None:
                yield Problem((*here, field), f"is missing, and the seal is {kind}", "add it")
            elif kind != self.kind and value is not None:
                reason, fix = f"is not used with `kind: {self.kind}`", f"set `kind: {kind}`, or remove it"
                yield Problem((*here, field), reason, fix)
        if self.static_key is not None:
            loc: Loc = (*here, "staticKey")
            text, problems = self.static_key.examined(loc, "create it with `openssl rand -base64 32`")
            yield from problems
            if text is not None and text != SEALED and not _is_key(text):
                reason, fix = "is not 32 bytes in base64", "create it with `openssl rand -base64 32`"
                yield Problem(self.static_key.place(loc), reason, fix)


def _is_key(text: str) -> bool:
    try:
        return len(base64.b64decode(text.strip(), validate=True)) == STATIC_KEY_BYTES
    except binascii.Error:
        return False
