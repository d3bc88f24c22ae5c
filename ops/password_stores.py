"""Where a stack keeps the services' passwords: a file, a secret of the stack, or the vault. Read first, then saved."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from config.cloud import CloudConfig
from config.kolla.password_source import kept_in_vault
from config.kolla.passwords import Passwords, dump, parse
from config.stack_file.sealed import SEALED
from host_programs.contract.vault_boot import VAULT_KV
from ops import stack
from ops.files import save_file

if TYPE_CHECKING:
    from ops.vault_kv import Kv

KEY = "cloud:kolla.passwords.secret"


class Store(Protocol):
    """One of the places."""

    def read(self) -> Passwords:
        """The passwords that there are. Raises StackError when they cannot be read."""

    def save(self, passwords: Passwords) -> str:
        """Write them all; says where. Raises StackError or OSError: then nothing has changed."""


@dataclass(frozen=True)
class InFile:
    """A file of the operator's alone."""

    path: Path

    def __str__(self) -> str:
        return f"in {self.path}"

    def read(self) -> Passwords:
        """As `Store`."""
        return _parsed(self.path.read_text(encoding="utf-8") if self.path.exists() else "{}")

    def save(self, passwords: Passwords) -> str:
        """As `Store`."""
        save_file(self.path, dump(passwords))
        return str(self.path)


@dataclass(frozen=True)
class InStack:
    """A secret in the stack file."""

    name: str
    config_file: Path | None
    text: str = field(repr=False)

    def __str__(self) -> str:
        return f"in the stack file ({KEY})"

    def read(self) -> Passwords:
        """As `Store`."""
        if self.text == SEALED:
            raise stack.StackError("cloud:kolla.passwords: is locked; set PULUMI_CONFIG_PASSPHRASE")
        return _parsed(self.text)

    def save(self, passwords: Passwords) -> str:
        """As `Store`."""
        path = stack.stack_file(self.name, self.config_file)
        stack.save_secret(self.name, path, dump(passwords), KEY)
        return f"{path.name}, encrypted as {KEY}"


@dataclass
class InVault:
    """A path of the engine `kv`; what is saved follows the version that was read."""

    kv: Kv
    path: str
    version: int | None = None
    """That was read; None: none yet."""

    def read(self) -> Passwords:
        """As `Store`."""
        kept = self.kv.read(self.path)
        self.version = kept.version
        if kept.values is None and kept.version:
            fix = f"bao kv undelete -mount={VAULT_KV} -versions={kept.version} {self.path}, docs/vault.md#kollas-passwords"
            raise stack.StackError(f"{VAULT_KV}/{self.path}: version {kept.version} was deleted ({fix})")
        return kept.values or {}

    def save(self, passwords: Passwords) -> str:
        """As `Store`; what is in the way in the vault is never overwritten."""
        if self.version is None:
            self.read()
        self.version = self.kv.write(self.path, in_json(passwords), self.version or 0)
        return f"{VAULT_KV}/{self.path} in the vault, version {self.version}"


def store(name: str, config_file: Path | None, config: CloudConfig) -> Store:
    """The one that the stack file names; none: a secret of the stack. Raises StackError."""
    given = config.kolla.passwords if config.kolla else None
    if given is not None and given.vault is not None:
        return in_vault(config, given.vault)
    if given is not None and given.file is not None:
        return InFile(given.file)
    return InStack(name, config_file, given.secret.get_secret_value() if given and given.secret else "{}")


def in_vault(config: CloudConfig, path: str) -> InVault:
    """A path of the stack's vault. Raises StackError when Pulumi's login cannot be had."""
    from ops import vault_kv  # noqa: PLC0415  # SSH, which stacks without it need not load

    return InVault(asyncio.run(vault_kv.opened(config)), path)


async def of_vault(config: CloudConfig) -> Passwords | None:
    """For a run of the program: the passwords in the vault; None: the stack keeps them elsewhere.

    Raises:
        ValueError: they cannot be read, or are not there; one line with place, reason and fix.
    """
    path = kept_in_vault(config)
    if path is None:
        return None
    from ops import vault_kv  # noqa: PLC0415  # SSH, which stacks without it need not load

    try:
        found = InVault(await vault_kv.opened(config), path).read()
    except stack.StackError as error:
        raise ValueError(f"cloud:kolla.passwords.vault: {path}: {error}") from None
    if not found:
        fix = (
            f"a cloud that has some: name their file or secret again and run make kolla-passwords STACK={config.name} "
            "ARGS=--move; a new one: without ARGS"
        )
        raise ValueError(f"cloud:kolla.passwords.vault: {path}: there is nothing in the vault ({fix})")
    return found


def in_json(passwords: Passwords) -> Passwords:
    """The same, as the vault gives it back. Raises StackError for what JSON cannot say, such as a date of YAML's."""
    for name, value in passwords.items():
        try:
            same = isinstance(name, str) and json.loads(json.dumps(value)) == value
        except (TypeError, ValueError):
            same = False
        if not same:
            raise stack.StackError(
                f"cloud:kolla.passwords: `{name}` is not a text (put its value into quotes)"
            )
    return dict(passwords)


def _parsed(text: str) -> Passwords:
    found = parse(text)
    if found is None:
        raise stack.StackError("cloud:kolla.passwords: is not a mapping of names to passwords")
    return found
