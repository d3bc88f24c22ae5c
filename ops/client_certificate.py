"""`make client-certificate STACK= NAME=ann` or `REVOKE=SERIAL`: what an operator shows to APIs that ask for a certificate.

The key is made here and stays here; the vault gets a request to sign. The token that may have one signed (policy
`operators`) is asked for, or comes by stdin; it is never an argument.
"""

from __future__ import annotations

import argparse
import asyncio
import getpass
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from config.cloud import CloudConfig
from config.vault import VaultSettings
from config.vault.contents import OF_OPERATORS
from host_programs.contract.edge_tls import EDGE_TLS
from host_programs.contract.vault_boot import VAULT_CLIENT_CA
from ops import access, ssh, stack
from ops.access import HostError
from ops.command import one_line_for
from ops.files import save_file
from ops.vault import Ask, asking, urls

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@-]{0,62}")
_SERIAL = re.compile(r"[0-9a-f]{2}(:[0-9a-f]{2})+")


@dataclass(frozen=True)
class Issued:
    """A file with key, certificate and chain, and what is to be known of it."""

    path: Path
    serial: str
    ends: datetime


def issue(name: str, folder: Path, ask: Ask) -> Issued:
    """Make a key, have its request signed, keep both in one file of the owner's alone.

    Raises:
        StackError: it is no name, or the vault refuses.
    """
    if not _NAME.fullmatch(name):
        raise stack.StackError(f"NAME={name}: write letters, digits, `.`, `_`, `@` and `-`")
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    request = x509.CertificateSigningRequestBuilder().subject_name(subject).sign(key, hashes.SHA256())
    body = {
        "csr": request.public_bytes(Encoding.PEM).decode(),
        "common_name": name,
        "exclude_cn_from_sans": True,
    }
    data = ask("PUT", f"{VAULT_CLIENT_CA}/sign/{OF_OPERATORS}", body)
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    path = folder / f"{name}.pem"
    save_file(path, "".join(f"{text.strip()}\n" for text in (data["certificate"], private)))
    return Issued(path, data["serial_number"], datetime.fromtimestamp(int(data["expiration"]), UTC))


def revoke(serial: str, ask: Ask) -> None:
    """Revoke one and have the vault make its list again. Raises StackError as `issue`."""
    if not _SERIAL.fullmatch(serial):
        raise stack.StackError(f"REVOKE={serial}: is not a serial number: bytes as in `3f:a0:…`")
    ask("PUT", f"{VAULT_CLIENT_CA}/revoke", {"serial_number": serial})
    ask("GET", f"{VAULT_CLIENT_CA}/crl/rotate", None)


async def _brought(config: CloudConfig) -> str:
    """Have edge-tls bring the new list to the load balancers now; what it says."""
    targets, login = access.reach(config)
    host = next(iter(config.with_role("deploy")))
    async with ssh.way(login) as tunnel, ssh.connect(targets[host], login, tunnel) as connection:
        done = await connection.run(f"sudo -n {EDGE_TLS} renew")
    if done.exit_status != 0:
        reason = str(done.stderr).strip() or f"exit {done.exit_status}"
        raise HostError("failed", f"{host}: revoked, and not at every load balancer yet (edge-tls: {reason})")
    return str(done.stdout).strip()


def _settings(config: CloudConfig) -> VaultSettings:
    vault = config.vault
    if vault is None or vault.contents is None or vault.contents.clients is None:
        raise stack.StackError(
            f"stack {config.name} has no CA of operators (add `clients: {{}}` to cloud:vault.contents)"
        )
    return vault


def _token() -> str:
    if sys.stdin.isatty():
        return getpass.getpass(f"token with the policy {OF_OPERATORS}: ").strip()
    return sys.stdin.readline().strip()


@one_line_for(stack.StackError, HostError, OSError)
def main(argv: Sequence[str] | None = None) -> int:
    """The command; returns its exit code."""
    parser = argparse.ArgumentParser(prog="python -m ops.client_certificate", description=__doc__)
    stack.arguments(parser)
    which = parser.add_mutually_exclusive_group(required=True)
    which.add_argument("--name", help="of the operator: the certificate's common name")
    which.add_argument(
        "--revoke", metavar="SERIAL", help="serial number of the certificate that is to be refused"
    )
    options = parser.parse_args(argv)
    config = stack.load(options.stack, options.config_file)
    vault = _settings(config)
    ask = asking(urls(config, vault), str(vault.tls.ca), _token())
    if options.revoke:
        revoke(options.revoke, ask)
        sys.stdout.write(f"revoked {options.revoke}\n{asyncio.run(_brought(config))}\n")
        return 0
    made = issue(options.name, Path.home() / f".openstack-{options.stack}" / "clients", ask)
    ends = made.ends.strftime("%Y-%m-%d %H:%M UTC")
    sys.stdout.write(
        f"{made.path}: until {ends}, serial {made.serial}\n"
        f"openstack --os-cert {made.path} --os-key {made.path} …   (clouds.yaml: `cert`, `key`)\n"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
