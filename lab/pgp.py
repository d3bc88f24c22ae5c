"""The PGP key of the lab's one operator, to whom the vault's share is encrypted."""

from __future__ import annotations

import tempfile

from lab import paths
from machine.commands import output, run

PUBLIC = paths.LAB / "vault" / "operator.asc"
PRIVATE = paths.LAB / "vault" / "operator.key"
_NAME = "operator@lab"


def make_key() -> None:
    """Make it, once; no key ring and no agent is left."""
    if PUBLIC.exists():
        return
    # A short path: the agent listens on a socket below it.
    with tempfile.TemporaryDirectory(prefix="oc-pgp-") as home:
        gpg = ("gpg", "--homedir", home, "--batch", "--quiet", "--pinentry-mode", "loopback")
        run((*gpg, "--passphrase", "", "--quick-generate-key", _NAME, "default", "default", "never"))
        paths.write(
            PRIVATE, output((*gpg, "--passphrase", "", "--armor", "--export-secret-keys", _NAME)), 0o600
        )
        paths.write(PUBLIC, output((*gpg, "--armor", "--export", _NAME)))
        run(("gpgconf", "--homedir", home, "--kill", "all"))
