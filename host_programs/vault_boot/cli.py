"""The command line of vault-boot."""

from __future__ import annotations

import argparse
import json
import os
import sys

from host_programs.command_line import CommandLine
from host_programs.contract.vault_boot import SNAPSHOT_LOGIN
from host_programs.vault_api import AnsweredError
from host_programs.vault_boot import founding, handover, logins, opening, restoring, snapshots, version
from host_programs.vault_boot.errors import BootError
from host_programs.vault_boot.founding import Reached
from host_programs.vault_boot.places import Places, read_json, read_settings
from host_programs.vault_boot.policy import NAME

SETTINGS = "/etc/openbao/boot.json"
PARTS = {
    "found": "found the cluster, exactly once; before the server starts on this node",
    "hand-over": "give Pulumi its own login and revoke the first token; the nodes have to be open",
    "unseal": "open every node with one operator's share, decrypted, from stdin",
    "share": "print an operator's share, encrypted to that operator, in base64",
    "credentials": "print with what Pulumi logs in: a secret",
    "snapshot-login": "print with what nodes take snapshots: a secret",
    "new-login": "make new credentials of a login; the old ones stay valid",
    "retire-logins": "end all credentials of a login but those that are in its file",
    "snapshot": "take a snapshot of the vault, and drop those that are over",
    "snapshots": "list this node's snapshots as JSON, oldest first",
    "restore": "put a snapshot in the place of all that the vault has; a token, or nothing, from stdin",
}


def command_line() -> CommandLine:
    """All commands."""
    line = CommandLine("vault-boot", "Founds the vault and hands it over.", version.VERSION, PARTS)
    line.top.add_argument("--settings", default=SETTINGS, help="file that pulumi up wrote")
    line.commands["share"].add_argument("operator")
    for name in ("new-login", "retire-logins"):
        line.commands[name].add_argument("login", choices=(NAME, SNAPSHOT_LOGIN))
    restore = line.commands["restore"]
    restore.add_argument("file")
    restore.add_argument("--other-keys", action="store_true", help="it is of a cluster with other keys")
    restore.add_argument("--dry-run", action="store_true", help="say what it would replace, change nothing")
    return line


def main(argv: list[str], reached: Reached | None = None) -> int:
    """Run one command; return the exit code: 0, 4 if operators have to open the vault, 1 for anything else."""
    line = command_line()
    options = line.top.parse_args(argv)
    os.umask(0o027)
    return line.run(options, lambda: _work(options, reached or _say))


def _work(options: argparse.Namespace, reached: Reached) -> str:
    try:
        return _one(options, reached)
    except AnsweredError as error:
        raise BootError(options.command, f"the vault refused: {error}") from None


def _one(options: argparse.Namespace, reached: Reached) -> str:
    places = Places(read_settings(options.settings))
    if options.command == "found":
        return founding.found(places, reached)
    if options.command == "hand-over":
        return handover.hand_over(places, reached)
    if options.command == "unseal":
        return opening.unseal(places, sys.stdin.readline().strip())
    if options.command == "share":
        return opening.share_of(places, options.operator)
    if options.command == "new-login":
        return logins.renew(places, options.login)
    if options.command == "retire-logins":
        return logins.retire(places, options.login)
    if options.command == "snapshot":
        return snapshots.take(places)
    if options.command == "snapshots":
        return json.dumps(snapshots.kept(places))
    if options.command == "restore":
        token = "" if options.dry_run else sys.stdin.readline().strip()
        return restoring.restore(
            places, options.file, token, reached, other_keys=options.other_keys, dry_run=options.dry_run
        )
    return _credentials(places.snapshot_login if options.command == "snapshot-login" else places.credentials)


def _credentials(path: str) -> str:
    credentials = read_json(path)
    if credentials is None:
        raise BootError(path, "there are no credentials yet", "run vault-boot hand-over")
    return json.dumps(credentials, sort_keys=True)


def _say(step: str) -> None:
    sys.stderr.write(f"{step}\n")


def run() -> None:
    """Entry point of the bundle."""
    sys.exit(main(sys.argv[1:]))
