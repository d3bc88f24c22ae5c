"""`make vault-files STACK=`: what a new vault needs before its first `up`: the listener's certificate, the key that opens it.

What is there stays. The operators' PGP keys are theirs to make; those that are missing are named.
"""

from __future__ import annotations

import argparse
import base64
import secrets
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from config.cloud import CloudConfig
from config.vault import VaultSettings
from config.vault.seal import STATIC_KEY_BYTES
from ops import stack
from ops.command import one_line_for
from ops.files import save_file
from ops.own_certificate import own_certificate

CERTIFICATE_DAYS = 825
"""The longest that clients take from a CA of one's own."""


def make(name: str, config_file: Path | None) -> Iterator[str]:
    """Make what is missing.

    Yields:
        What was done, a line each, when it is done.

    Raises:
        stack.StackError: the stack has no vault, or a file is there without those that belong to it.
        OSError: a file cannot be written.
    """
    cloud = stack.load(name, config_file, pinned=False)
    if cloud.vault is None:
        raise stack.StackError(f"stack {name} has no cloud:vault")
    yield _certificate(name, cloud, cloud.vault)
    seal = cloud.vault.seal.static_key
    if seal is not None and seal.file is not None:
        yield _seal_key(seal.file.expanduser())
    for operator, path in cloud.vault.operators.pgp_keys.items():
        if not path.exists():
            yield f"missing {path}: {operator}'s public key; they create it with `gpg --armor --export {operator}`"


def _certificate(name: str, cloud: CloudConfig, vault: VaultSettings) -> str:
    tls = vault.tls
    if tls.key.file is None:
        return "kept cloud:vault.tls.key: a secret of the stack, with a certificate of your own"
    files = (tls.certificate, tls.key.file.expanduser(), tls.ca)
    named = ", ".join(map(str, files))
    there = [str(file) for file in files if file.exists()]
    if len(there) == len(files):
        return f"kept {named}: the listener's certificate, its key and its CA"
    if there:
        missing = ", ".join(str(file) for file in files if not file.exists())
        raise stack.StackError(
            f"{', '.join(there)}: without {missing}; move it away to have all three created"
        )
    addresses = [str(host.addresses["management"]) for host in vault.hosts(cloud).values()]
    made = own_certificate(f"{name} vault", addresses, datetime.now(UTC), CERTIFICATE_DAYS)
    for file, pem in zip(files, (made.certificate, made.key, made.ca), strict=True):
        save_file(file, pem)
    return f"created {named}: the listener's certificate for {CERTIFICATE_DAYS} days, its key and its CA"


def _seal_key(path: Path) -> str:
    if path.exists():
        return f"kept {path}: the unseal key"
    save_file(path, base64.b64encode(secrets.token_bytes(STATIC_KEY_BYTES)).decode() + "\n")
    return f"created {path}: the unseal key; keep a copy elsewhere: without it nobody can unseal the vault"


@one_line_for(stack.StackError, OSError)
def main(argv: Sequence[str] | None = None) -> int:
    """The command; returns its exit code."""
    parser = argparse.ArgumentParser(prog="python -m ops.vault_files", description=__doc__)
    stack.arguments(parser)
    options = parser.parse_args(argv)
    for line in make(options.stack, options.config_file):
        sys.stdout.write(f"{line}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
