"""`make edge-login STACK= [ARGS=--new|--retire]`: what `kolla.tls` has from the cloud's own vault before it can use it.

The certificate of its root CA, and the login by which edge-tls has certificates issued: each into the file that the
stack file names, which may already say `source: vault`. What is there and works stays. Made with Pulumi's login,
which the founder of the vault hands out over SSH; neither that nor the new one is printed or an argument.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes

from config.cloud import CloudConfig
from config.environment import NOT_BEFORE_THE_END
from config.load import project_of
from config.vault import VaultSettings
from host_programs.contract.vault_boot import VAULT_BOOT, VAULT_ROOT_CA
from ops import access, ssh, stack
from ops.access import HostError
from ops.command import one_line_for
from ops.files import save_file
from ops.vault import Ask, logged_in, urls
from ops.vault_restore import over_ssh

CLASS = "edge"
"""The class of services where the stack file names none yet."""
_SERVICES = "cloud:vault.contents.services"


@dataclass(frozen=True)
class Wanted:
    """What belongs where."""

    service: str
    ca: Path
    login: Path
    said: str
    """How the stack file is to name them; empty: it does."""


def wanted(config: CloudConfig, folder: Path) -> tuple[VaultSettings, Wanted]:
    """The vault, the class and the files; `folder`: where file names of the stack file start from.

    Raises:
        StackError: there is no vault, no such class, or one that cannot be used; one line with place, reason and fix.
    """
    vault = config.vault
    if vault is None:
        raise stack.StackError(f"cloud:vault: is missing in stack {config.name} (add it; docs/vault.md)")
    tls = config.kolla.tls if config.kolla else None
    renewal, ca = (tls.renewal, tls.ca) if tls else (None, None)
    service = renewal.service if renewal else CLASS
    found = vault.contents.services.get(service) if vault.contents else None
    if found is None:
        shape = f"{service}: {{domains: […], unattended: true}}"
        raise stack.StackError(f"{_SERVICES}: {service}: is missing (add `{shape}`; docs/edge-tls.md)")
    if not found.unattended:
        reason = "false: edge-tls logs in every hour, and a secret id of this class serves once"
        raise stack.StackError(f"{_SERVICES}.{service}.unattended: {reason} (set it to true)")
    if renewal and renewal.login.file is None:
        reason = "the login is a secret of the stack, and this command writes files"
        raise stack.StackError(f"cloud:kolla.tls.renewal.login.secret: {reason} (name a `file` instead)")
    login = renewal.login.file if renewal else None
    login = login or Path.home() / f".openstack-{config.name}" / f"{service}.json"
    named = ca or folder / "vault" / "root.pem"
    entry = f"{{source: vault, ca: {named}, renewal: {{service: {service}, login: {{file: {login}}}}}}}"
    return vault, Wanted(service, named, login, "" if renewal and ca else f"cloud:kolla.tls: {entry}")


def root_ca(path: Path, ask: Ask) -> str:
    """Have the certificate of the root CA in a file; says what was done.

    Raises:
        StackError: the vault has none, or the file is there without it.
    """
    pem = str(_known(ask, f"{VAULT_ROOT_CA}/cert/ca", "cloud:vault.contents")["certificate"]).strip() + "\n"
    root = x509.load_pem_x509_certificate(pem.encode())
    what = f"the vault's root CA, until {root.not_valid_after_utc:%Y-%m-%d}, SHA-256 {_short(root)}"
    if not path.exists():
        save_file(path, pem)
        return f"created {path}: {what}"
    try:
        trusted = x509.load_pem_x509_certificates(path.read_bytes())
    except ValueError:
        trusted = []
    if root not in trusted:
        fix = "add it, or move the file away to have it created"
        raise stack.StackError(f"cloud:kolla.tls.ca: {path}: has not {what} ({fix})")
    return f"kept {path}: {what}"


def login(path: Path, service: str, ask: Ask, *, new: bool) -> str:
    """Have a working login of a class in a file, or another one; says what was done.

    Raises:
        StackError: the vault does not know the class, or refuses.
    """
    role_id = _role_id(service, ask)
    if not new and _found(path, role_id, service, ask):
        return f"kept {path}: the login of {service}"
    secret_id = ask("PUT", f"{_role(service)}/secret-id", {})["secret_id"]
    save_file(path, json.dumps({"role_id": role_id, "secret_id": secret_id}) + "\n")
    return f"created {path}: the login of {service}"


def retire(path: Path, service: str, ask: Ask) -> str:
    """End all logins of a class but the one in the file; says how many.

    Raises:
        StackError: the one in the file does not work, or the vault refuses.
    """
    found = _found(path, _role_id(service, ask), service, ask)
    if found is None:
        raise stack.StackError(
            f"cloud:kolla.tls.renewal.login: {path}: does not work (make edge-login creates another first)"
        )
    accessors = (ask("GET", f"{_role(service)}/secret-id?list=true", None) or {}).get("keys", [])
    others = [one for one in accessors if one != found["secret_id_accessor"]]
    for accessor in others:
        ask("PUT", f"{_role(service)}/secret-id-accessor/destroy", {"secret_id_accessor": accessor})
    return f"kept {path}: the login of {service}; {len(others)} retired"


def _role(service: str) -> str:
    return f"auth/approle/role/{service}"


def _role_id(service: str, ask: Ask) -> str:
    return str(_known(ask, f"{_role(service)}/role-id", f"{_SERVICES}.{service}")["role_id"])


def _known(ask: Ask, path: str, place: str) -> Any:
    found = ask("GET", path, None)
    if found is None:
        raise stack.StackError(f"{place}: {path}: is not in the vault yet (make up UNTIL=vault)")
    return found


def _found(path: Path, role_id: str, service: str, ask: Ask) -> Any:
    """What the vault knows of the login in a file; None: there is none, or it does not serve more than once."""
    try:
        have = json.loads(path.read_text(encoding="utf-8"))
        secret_id, of_role = have["secret_id"], have["role_id"]
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return None
    if of_role != role_id:
        return None
    known = ask("PUT", f"{_role(service)}/secret-id/lookup", {"secret_id": secret_id})
    return known if known and not (known["secret_id_num_uses"] or known["secret_id_ttl"]) else None


def _short(certificate: x509.Certificate) -> str:
    return f"{certificate.fingerprint(hashes.SHA256()).hex(':').upper()[:23]}…"


def work(files: Wanted, ask: Ask, *, new: bool, ends_old: bool, name: str) -> Iterator[str]:
    """All of it.

    Yields:
        What was done, a line each, when it is done; last what comes next.

    Raises:
        StackError: as `root_ca`, `login` and `retire`.
        OSError: a file cannot be written.
    """
    if ends_old:
        yield retire(files.login, files.service, ask)
        return
    yield root_ca(files.ca, ask)
    yield login(files.login, files.service, ask, new=new)
    if files.said:
        yield f"for the stack file: {files.said}"
    again = f"; then `make edge-login STACK={name} ARGS=--retire` ends the ones before" if new else ""
    yield f"next: make up STACK={name}{again}"


async def _credentials(config: CloudConfig, founder: str) -> str:
    """Pulumi's login, from the node that has it. Raises StackError, HostError."""
    targets, who = access.reach(config)
    async with ssh.way(who) as tunnel:
        try:
            return (await over_ssh(targets, who, tunnel)(founder, f"{VAULT_BOOT} credentials", b"")).decode()
        except HostError as error:
            if error.kind != "failed":
                raise
            fix = f"is the vault there? make up STACK={config.name} UNTIL=vault"
            raise stack.StackError(f"{error} ({fix})") from None


@one_line_for(stack.StackError, HostError, OSError)
def main(argv: Sequence[str] | None = None) -> int:
    """The command; returns its exit code."""
    parser = argparse.ArgumentParser(prog="python -m ops.edge_login", description=__doc__)
    stack.arguments(parser)
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--new", action="store_true", help="make another login; the one before stays valid")
    which.add_argument("--retire", action="store_true", help="end all logins but the one in the file")
    options = parser.parse_args(argv)
    config = stack.load(options.stack, options.config_file, without=NOT_BEFORE_THE_END)
    folder = project_of(stack.stack_file(options.stack, options.config_file))
    vault, files = wanted(config, folder)
    credentials = asyncio.run(_credentials(config, next(iter(vault.hosts(config)))))
    with logged_in(urls(config, vault), str(vault.tls.ca), credentials) as ask:
        for line in work(files, ask, new=options.new, ends_old=options.retire, name=options.stack):
            sys.stdout.write(f"{line}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
