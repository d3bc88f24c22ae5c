"""`make kolla-passwords STACK= [CLEAN=1]`: the services' passwords, made once and completed at upgrades.

What is there stays; what the release needs and has no value is made by kolla-genpwd's rules. They are where
`cloud:kolla.passwords` says: one secret of the stack, a file, or the cloud's own vault. ARGS=--move writes those of a
stack or a file into the vault. No password is ever printed or an argument of a program.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from pydantic import ValidationError

from config.cloud import CloudConfig
from config.kolla.password_source import PasswordSource, kept_in_vault, passwords_in_vault
from config.kolla.passwords import Passwords, merged
from config.release_map import release
from host_programs.contract.vault_boot import VAULT_KV
from ops import password_stores, stack
from ops.command import one_line_for
from ops.rotate.record import Record

PATH = "kolla/passwords"
"""Below `kv`, where they are moved to if nothing else is said."""


def made(before: Passwords, after: Passwords) -> list[str]:
    """Names that have another value than before."""
    return sorted(name for name, value in after.items() if before.get(name) != value and value is not None)


def summary(before: Passwords, after: Passwords) -> str:
    """What changed, by name; never a value."""
    new = made(before, after)
    gone = sorted(set(before) - set(after))
    lines = [f"{len(after)} passwords: {len(after) - len(new)} kept, {len(new)} new, {len(gone)} dropped"]
    if before and new:
        lines.append(f"new: {', '.join(new)}")
    if gone:
        lines.append(f"dropped: {', '.join(gone)}")
    return "\n".join(lines)


def renew(name: str, config_file: Path | None, *, clean: bool) -> str:
    """Complete the stack's passwords. Returns what was done; raises StackError or OSError."""
    config = stack.load(name, config_file, pinned=False)
    if config.kolla is None:
        raise stack.StackError(f"stack {name} has no cloud:kolla: it prepares hosts only")
    kept = password_stores.store(name, config_file, config)
    before, names = kept.read(), release(config.releases.openstack).passwords
    record = Record.read(stack.stack_file(name, config_file), name)
    if kept_in_vault(config) and not before and not record.made.keys().isdisjoint(names):
        # A cloud that runs would get all new ones, and could not read what it has encrypted.
        fix = f"move or restore them: docs/vault.md#kollas-passwords; if the cloud is new, remove {record.path.name}"
        raise stack.StackError(
            f"{kept_in_vault(config)}: there is nothing in the vault, and {record.path.name} says that this cloud "
            f"has passwords: new ones would replace them ({fix})"
        )
    after = merged(names, before, clean=clean)
    if after == before:
        return f"{summary(before, after)}\nnothing to do"
    where = kept.save(after)
    record.stamp(made(before, after), datetime.now(UTC))
    record.save()
    return f"{summary(before, after)}\n{where}"


def move(name: str, config_file: Path | None, path: str) -> str:
    """Write the passwords of a file or of the stack into the vault, once, and read them back.

    The stack file and the file of passwords stay as they are: until the stack file names the vault, nobody reads it there.

    Args:
        name: the stack.
        config_file: its file, where it has another name.
        path: below `kv`.

    Returns:
        What was done, and what is next.

    Raises:
        StackError, OSError: they cannot be read, or the vault does not take them; what it had it still has.
    """
    config = stack.load(name, config_file, pinned=False)
    source = password_stores.store(name, config_file, _with(config, path))
    have = password_stores.in_json(source.read())
    if not have:
        raise stack.StackError(f"stack {name} has no passwords to move: make kolla-passwords STACK={name}")
    target = password_stores.in_vault(config, path)
    if there := target.read():
        if there != have:
            fix = "ARGS='--move ANOTHER/PATH', or name the vault in the stack file if those are the cloud's"
            raise stack.StackError(f"{VAULT_KV}/{path}: has other passwords, nothing was written ({fix})")
        where = f"{VAULT_KV}/{path} had them already, version {target.version}"
    else:
        where = target.save(have)
    if target.read() != have:
        raise stack.StackError(f"{where}: does not give back what was written; keep the stack file as it is")
    place = stack.stack_file(name, config_file).name
    return "\n".join(
        [
            f"{len(have)} passwords: {where}, read back and the same",
            f"now write `passwords: {{vault: {path}}}` into cloud:kolla of {place}, and run make preview STACK={name}",
            f"after that nothing reads them {source} any more: you may remove them there; this program does not",
        ]
    )


def _with(config: CloudConfig, path: str) -> CloudConfig:
    """The configuration, if it could have its passwords at a path of the vault. Raises StackError."""
    if config.kolla is None:
        raise stack.StackError(f"stack {config.name} has no cloud:kolla: it prepares hosts only")
    if kept_in_vault(config):
        fix = "name the file or the secret again to move what is there"
        raise stack.StackError(f"cloud:kolla.passwords.vault: the stack file names the vault already ({fix})")
    try:
        source = PasswordSource(vault=path)
    except ValidationError:
        words = "one to three names of letters, digits, `_`, `.` and `-`, with `/` between them"
        raise stack.StackError(f"--move {path}: is no path below {VAULT_KV} (write {words})") from None
    kolla = config.kolla.model_copy(update={"passwords": source})
    for problem in passwords_in_vault(config.model_copy(update={"kolla": kolla}), kolla):
        raise stack.StackError(f"{problem.path}: {problem.reason} ({problem.fix})")
    return config


@one_line_for(stack.StackError, OSError, UnicodeDecodeError)
def main(argv: Sequence[str] | None = None) -> int:
    """The command; returns its exit code."""
    parser = argparse.ArgumentParser(prog="python -m ops.kolla_passwords", description=__doc__)
    stack.arguments(parser)
    parser.add_argument("--clean", action="store_true", help="drop names that the release does not have")
    parser.add_argument(
        "--move",
        nargs="?",
        const=PATH,
        metavar="PATH",
        help=f"into the vault, below {VAULT_KV} (default: {PATH})",
    )
    options = parser.parse_args(argv)
    if options.move:
        done = move(options.stack, options.config_file, options.move)
    else:
        done = renew(options.stack, options.config_file, clean=options.clean)
    sys.stdout.write(f"{done}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
