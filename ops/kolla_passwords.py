"""`make kolla-passwords STACK= [CLEAN=1]`: the services' passwords, made once and completed at upgrades.

What is there stays; what the release needs and has no value is made by kolla-genpwd's rules. They are one
secret of the stack (`cloud:kolla.passwords.secret`), or the file that `cloud:kolla.passwords.file` names.
No password is ever printed or an argument of a program.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from config.cloud import CloudConfig
from config.kolla.passwords import Passwords, dump, merged, parse
from config.release_map import release
from config.stack_file.sealed import SEALED
from ops import stack
from ops.command import one_line_for
from ops.files import save_file
from ops.rotate.record import Record

KEY = "cloud:kolla.passwords.secret"


def current(config: CloudConfig) -> Passwords:
    """The passwords that there are. Raises StackError when they cannot be read."""
    given = config.kolla.passwords if config.kolla else None
    if given is None:
        return {}
    if given.file is not None:
        text = given.file.read_text(encoding="utf-8") if given.file.exists() else "{}"
    else:
        text = given.secret.get_secret_value() if given.secret else "{}"
    if text == SEALED:
        raise stack.StackError("cloud:kolla.passwords: is locked; set PULUMI_CONFIG_PASSPHRASE")
    found = parse(text)
    if found is None:
        raise stack.StackError("cloud:kolla.passwords: is not a mapping of names to passwords")
    return found


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


def save_secret(name: str, path: Path, text: str, key: str = KEY) -> None:
    """Encrypt the text into the stack file; it goes through a pipe. Raises StackError."""
    done = stack.asked(
        name, "config", "set", "--path", "--secret", key, "--config-file", str(path), given=text
    )
    if done.returncode:
        raise stack.StackError(f"{key} cannot be kept in stack {name}: {stack.advice(done.stderr)}")


def keep(name: str, config_file: Path | None, config: CloudConfig, passwords: Passwords) -> str:
    """Write the passwords to where the stack has them; says where. Raises StackError or OSError."""
    given = config.kolla.passwords if config.kolla else None
    if given is not None and given.file is not None:
        save_file(given.file, dump(passwords))
        return str(given.file)
    path = stack.stack_file(name, config_file)
    save_secret(name, path, dump(passwords))
    return f"{path.name}, encrypted as {KEY}"


def renew(name: str, config_file: Path | None, *, clean: bool) -> str:
    """Complete the stack's passwords. Returns what was done; raises StackError or OSError."""
    config = stack.load(name, config_file, pinned=False)
    if config.kolla is None:
        raise stack.StackError(f"stack {name} has no cloud:kolla: it prepares hosts only")
    before = current(config)
    after = merged(release(config.releases.openstack).passwords, before, clean=clean)
    if after == before:
        return f"{summary(before, after)}\nnothing to do"
    where = keep(name, config_file, config, after)
    record = Record.read(stack.stack_file(name, config_file), name)
    record.stamp(made(before, after), datetime.now(UTC))
    record.save()
    return f"{summary(before, after)}\n{where}"


@one_line_for(stack.StackError, OSError, UnicodeDecodeError)
def main(argv: Sequence[str] | None = None) -> int:
    """The command; returns its exit code."""
    parser = argparse.ArgumentParser(prog="python -m ops.kolla_passwords", description=__doc__)
    stack.arguments(parser)
    parser.add_argument("--clean", action="store_true", help="drop names that the release does not have")
    options = parser.parse_args(argv)
    sys.stdout.write(f"{renew(options.stack, options.config_file, clean=options.clean)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
