"""The command line of vault-boot."""

from __future__ import annotations

import argparse
import json
import os
import sys

from host_programs.vault_boot import founding, handover, opening, version
from host_programs.vault_boot.api import AnsweredError
from host_programs.vault_boot.errors import BootError
from host_programs.vault_boot.founding import Reached
from host_programs.vault_boot.places import Places, read_json, read_settings

SETTINGS = "/etc/openbao/boot.json"
PARTS = {
    "found": "found the cluster, exactly once; before the server starts on this node",
    "hand-over": "give Pulumi its own login and revoke the first token; the nodes have to be open",
    "unseal": "open every node with one operator's share, decrypted, from stdin",
    "share": "print an operator's share, encrypted to that operator, in base64",
    "credentials": "print with what Pulumi logs in: a secret",
    "version": "checksum of its sources",
}


def parser() -> argparse.ArgumentParser:
    """All commands."""
    top = argparse.ArgumentParser(prog="vault-boot", description="Founds the vault and hands it over.")
    top.add_argument("--settings", default=SETTINGS, help="file that pulumi up wrote")
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, text in PARTS.items():
        command = commands.add_parser(name, help=text)
        if name == "share":
            command.add_argument("operator")
    return top


def main(argv: list[str], reached: Reached | None = None) -> int:
    """Run one command; return the exit code: 0, 4 if operators have to open the vault, 1 for anything else."""
    options = parser().parse_args(argv)
    if options.command == "version":
        sys.stdout.write(version.VERSION + "\n")
        return 0
    os.umask(0o027)
    try:
        sys.stdout.write(_one(options, reached or _say) + "\n")
    except BootError as error:
        sys.stderr.write(f"vault-boot: {error}\n")
        return error.code
    except AnsweredError as error:
        sys.stderr.write(f"vault-boot: {options.command}: the vault refused: {error}\n")
        return 1
    except OSError as error:
        sys.stderr.write(f"vault-boot: {error.filename or options.command}: {error.strerror}\n")
        return 1
    return 0


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
    credentials = read_json(places.credentials)
    if credentials is None:
        raise BootError("credentials", "there are none yet", "run vault-boot hand-over")
    return json.dumps(credentials, sort_keys=True)


def _say(step: str) -> None:
    sys.stderr.write(f"{step}\n")


def run() -> None:
    """Entry point of the bundle."""
    sys.exit(main(sys.argv[1:]))
