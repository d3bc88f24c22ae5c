"""`make deploy-key STACK=`: makes the deploy host's key to all other hosts, once, for a new stack."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

import asyncssh

from ops import stack
from ops.command import one_line_for


def make_key(path: Path, comment: str) -> str:
    """Write a new ed25519 key pair, private part 0600; an existing key stays. Returns the public line.

    Raises:
        OSError: a file cannot be written or read.
        asyncssh.KeyImportError: the file that is there is no private key, or has a passphrase.
    """
    public = path.with_name(path.name + ".pub")
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        key = asyncssh.generate_private_key("ssh-ed25519", comment=comment)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as out:
            out.write(key.export_private_key())
    if not public.exists():
        public.write_bytes(asyncssh.read_private_key(path).export_public_key())
    return public.read_text(encoding="utf-8").strip()


def key_file(name: str, config_file: Path | None) -> Path:
    """Where the stack wants its deploy key. Raises StackError when that is no file."""
    file = stack.load(name, config_file, pinned=False).ssh.deploy_key.file
    if file is None:
        raise stack.StackError("cloud:ssh.deployKey is a secret of the stack: there is no file to make")
    return stack.ROOT / file.expanduser()


@one_line_for(stack.StackError, OSError)
def main(argv: Sequence[str] | None = None) -> int:
    """The command; returns its exit code."""
    parser = argparse.ArgumentParser(prog="python -m ops.deploy_key", description=__doc__)
    stack.arguments(parser)
    options = parser.parse_args(argv)
    try:
        path = key_file(options.stack, options.config_file)
        done = "kept" if path.exists() else "created"
        public = make_key(path, f"deploy@{options.stack}")
    except asyncssh.KeyImportError:
        sys.stderr.write(f"{path}: not a private key without passphrase; move it away to make a new one\n")
        return 1
    sys.stdout.write(f"{done} {path}\n{public}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
