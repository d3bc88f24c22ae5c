"""Where the services' passwords are kept, and what that asks of the cloud's vault."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar

from config.model.errors import Loc, Problem
from config.model.text_source import SecretSource
from config.model.texts.lines import KvPath

if TYPE_CHECKING:
    from config.cloud import CloudConfig
    from config.kolla import KollaSettings

_HERE: Loc = ("kolla", "passwords", "vault")


class PasswordSource(SecretSource):
    """A file, a secret of the stack, or the cloud's own vault. Exactly one."""

    one_of: ClassVar[str] = "give exactly one of the three"

    vault: KvPath | None = None
    """Path below `kv` in the cloud's own vault, such as `kolla/passwords`: read there by every run (docs/vault.md)."""


def kept_in_vault(cloud: CloudConfig) -> str | None:
    """The path below `kv` where the passwords are; None: they are not in the vault."""
    given = cloud.kolla.passwords if cloud.kolla else None
    return given.vault if given else None


def passwords_in_vault(cloud: CloudConfig, kolla: KollaSettings) -> Iterator[Problem]:
    """There is a vault with an engine for them, and no service may read them there."""
    given = kolla.passwords
    if given is None or given.vault is None or any(given.misgiven(_HERE)):
        return
    path = given.vault
    if cloud.vault is None:
        reason = "the stack has no vault of its own to keep them in"
        fix = "add `cloud:vault` with `contents: {}`, or keep them in `file` or `secret`"
        yield Problem(_HERE, reason, fix, path, needs=(("vault",),))
        return
    if cloud.vault.contents is None:
        reason = "nothing is declared in the vault, so it has no engine `kv` to keep them in"
        fix = "add `contents: {}` to `cloud:vault`"
        yield Problem(_HERE, reason, fix, path, needs=(("vault", "contents"),))
        return
    for name, service in cloud.vault.contents.services.items():
        for at, secret in enumerate(service.secrets):
            if covers(secret, path):
                loc: Loc = ("vault", "contents", "services", name, "secrets", at)
                reason = f"has all services' passwords (`cloud:{'.'.join(map(str, _HERE))}`), which only Pulumi reads"
                yield Problem(loc, reason, "remove it; give the service a secret of its own", secret)


def covers(pattern: str, path: str) -> bool:
    """Whether a path of a policy, where `+` is any one name and a `*` at the end anything, is for this one."""
    words = re.escape(pattern).replace(r"\+", "[^/]+")
    return re.fullmatch(f"{words[:-2]}.*" if words.endswith(r"\*") else words, path) is not None
