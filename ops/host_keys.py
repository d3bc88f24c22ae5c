"""`make host-keys STACK= [WRITE=1]`: the hosts' SSH keys, to be compared once and then pinned.

Prints what every active host shows next to what the stack knows. Only `--write` adds keys to the stack's
known_hosts file, and a key that changed is taken over only for a host named by `--accept-changed`: a
machine that was swapped looks just like one that was reinstalled.
Exit codes: 0 all known, 3 new or changed keys, 1 a host does not answer.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from ops import access, ssh, stack
from ops.access import HostError, Login, Target
from ops.command import one_line_for

State = Literal["known", "new", "CHANGED", "accepted", "unreachable"]


@dataclass(frozen=True)
class Row:
    """One host: what it shows (`TYPE BASE64`, "" when it does not answer) and what that means."""

    target: Target
    offered: str
    state: State
    reason: str = ""


def judge(target: Target, offered: str, accepted: Iterable[str]) -> Row:
    """Compare a shown key with the known one (`target.host_key`, "" when none is)."""
    if not target.host_key:
        return Row(target, offered, "new")
    if offered == target.host_key:
        return Row(target, offered, "known")
    reason = f"the stack knows {access.fingerprint(target.host_key)}"
    return Row(target, offered, "accepted" if target.name in accepted else "CHANGED", reason)


async def scan(hosts: Mapping[str, Target], login: Login | None, accepted: Iterable[str]) -> list[Row]:
    """Ask all hosts for their key at once, through the bastion where there is one."""

    async def one(target: Target) -> Row:
        try:
            return judge(target, await ssh.scan(target, login, tunnel), accepted)
        except HostError as error:
            return Row(target, "", "unreachable", str(error))

    async with ssh.way(login) as tunnel:
        return list(await asyncio.gather(*(one(target) for target in hosts.values())))


def render(rows: Sequence[Row]) -> str:
    """The table: host, address, type and fingerprint, state."""
    cells = [("HOST", "ADDRESS", "KEY", "STATE")]
    for row in rows:
        shown = access.fingerprint(row.offered) if row.offered else "-"
        note = f"{row.state}: {row.reason}" if row.reason else row.state
        cells.append((row.target.name, row.target.address, shown, note))
    widths = [max(len(line[column]) for line in cells) for column in range(3)]
    table = ["  ".join([*(f"{line[c]:<{widths[c]}}" for c in range(3)), line[3]]) for line in cells]
    return "\n".join(table)


def known_hosts(text: str, rows: Iterable[Row]) -> str:
    """A known_hosts file with the new and the accepted keys in it; other lines stay as they are."""
    taken = [row for row in rows if row.state in {"new", "accepted"}]
    names = {name for row in taken for name in _names(row.target)}
    kept = []
    for line in text.splitlines():
        patterns, _, rest = line.partition(" ")
        left = [name for name in patterns.split(",") if name not in names]
        if line.startswith("#") or not patterns or len(left) == len(patterns.split(",")):
            kept.append(line)
        elif left:
            kept.append(f"{','.join(left)} {rest}")
    kept += [f"{','.join(_names(row.target))} {row.offered}" for row in taken]
    return "".join(f"{line}\n" for line in kept)


def _names(target: Target) -> list[str]:
    plain = [target.name, target.address]
    return plain if target.port == 22 else [f"[{name}]:{target.port}" for name in plain]


def save(path: Path | None, rows: Sequence[Row], inline: set[str]) -> None:
    """Pin the new and the accepted keys in the known_hosts file. Raises StackError where that cannot be."""
    if stuck := [row.target.name for row in rows if row.state == "accepted" and row.target.name in inline]:
        raise stack.StackError(f"hostKey is set in the stack file; change it there: {', '.join(stuck)}")
    if path is None:
        raise stack.StackError(
            "cloud:ssh.knownHosts is not set: name the file there that holds the host keys"
        )
    before = path.read_text(encoding="utf-8") if path.exists() else ""
    _replace(path, known_hosts(before, rows))


def _replace(path: Path, text: str) -> None:
    """Replace a file in one step, so that no reader ever sees half of the keys."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as out:
            out.write(text)
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def conclude(rows: Sequence[Row], *, written: bool) -> tuple[int, str]:
    """Exit code and the closing line: what to do next."""
    count = {state: [row.target.name for row in rows if row.state == state] for state in get_args(State)}
    lines = []
    if count["CHANGED"]:
        names = " ".join(f"--accept-changed {name}" for name in count["CHANGED"])
        lines.append(
            f"changed: {', '.join(count['CHANGED'])}. Find out why before anything else; after a "
            f"reinstallation that you know of, compare the fingerprint on the host's console and run "
            f"with --write {names}"
        )
    if count["new"] and not written:
        lines.append(
            "new keys are not trusted yet: compare them with the hosts' consoles "
            "(ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub), then run again with WRITE=1"
        )
    if count["unreachable"]:
        lines.append(f"no answer: {', '.join(count['unreachable'])}")
    if not lines:
        lines.append(f"{len(rows)} hosts, all known" if not written else "written")
    if count["unreachable"]:
        return 1, "\n".join(lines)
    open_ = count["CHANGED"] or ((count["new"] or count["accepted"]) and not written)
    return (3 if open_ else 0), "\n".join(lines)


@one_line_for(stack.StackError, HostError)
def main(argv: Sequence[str] | None = None) -> int:
    """The command; returns its exit code."""
    parser = argparse.ArgumentParser(prog="python -m ops.host_keys", description=__doc__)
    stack.arguments(parser)
    parser.add_argument("--write", action="store_true", help="add new keys to the stack's known_hosts file")
    parser.add_argument("--accept-changed", action="append", default=[], metavar="HOST")
    options = parser.parse_args(argv)
    config = stack.load(options.stack, options.config_file, pinned=False)
    hosts = access.targets(config, config.host_keys())
    stack.check_hosts(options.accept_changed, hosts)
    # Without a bastion nobody logs in, so a new stack needs no key of its own yet.
    login = access.login(config) if config.ssh.bastion else None
    rows = asyncio.run(scan(hosts, login, options.accept_changed))
    sys.stdout.write(render(rows) + "\n")
    written = bool(options.write) and any(row.state in {"new", "accepted"} for row in rows)
    if written:
        inline = stack.hosts(stack.stack_file(options.stack, options.config_file))
        save(
            config.ssh.known_hosts,
            rows,
            {name for name, host in inline.items() if "hostKey" in (host or {})},
        )
    code, line = conclude(rows, written=written)
    sys.stdout.write(f"{line}\n")
    return code


if __name__ == "__main__":
    sys.exit(main())
