"""The command line of edge-tls."""

from __future__ import annotations

import argparse
import fcntl
import json
import os
import sys
from collections.abc import Callable

from host_programs.command_line import CommandLine
from host_programs.contract.edge_tls import EDGE_TLS_FOLDER, EdgeSettings
from host_programs.edge_tls import version
from host_programs.edge_tls.errors import EdgeError
from host_programs.edge_tls.from_acme import AcmeSource
from host_programs.edge_tls.from_vault import VaultSource
from host_programs.edge_tls.reach import Hosts
from host_programs.edge_tls.renew import renew
from host_programs.edge_tls.source import Source
from host_programs.edge_tls.trusted import bring
from host_programs.errors import OperatorError

SETTINGS = f"{EDGE_TLS_FOLDER}/settings.json"
PARTS = {"renew": "renew what is due, and copy it to the hosts that lack it"}


def command_line() -> CommandLine:
    """All commands."""
    line = CommandLine("edge-tls", "Keeps the load balancers' certificates valid.", version.VERSION, PARTS)
    line.top.add_argument("--settings", default=SETTINGS, help="file that pulumi up wrote")
    renewal = line.commands["renew"]
    renewal.add_argument("--force", action="store_true", help="also what is not due")
    early = "before Kolla-Ansible's run: leave what needs a load balancer"
    renewal.add_argument("--early", action="store_true", help=early)
    return line


def main(argv: list[str]) -> int:
    """Run one command; return the exit code: 0 if every certificate is valid everywhere, else 1."""
    line = command_line()
    options = line.top.parse_args(argv)
    os.umask(0o077)
    return line.run(options, lambda: _work(options))


def _work(options: argparse.Namespace) -> str:
    settings = _settings(options.settings)
    with open(options.settings, encoding="utf-8") as lock:
        # One at a time: the timer's run and the operator's would take each other's files for left-overs.
        fcntl.flock(lock, fcntl.LOCK_EX)
        ask = Hosts(settings).ask
        # Who is let in does not wait for an issuer of certificates, which may be away.
        said = [
            _said(lambda: bring(settings, ask)),
            _said(lambda: renew(settings, _sources(settings), ask, force=options.force, early=options.early)),
        ]
    failed = [error for _, error in said if error]
    if len(failed) == 1:
        raise failed[0]
    if failed:
        raise EdgeError("edge-tls", "; ".join(map(str, failed)))
    return "\n".join(text for text, _ in said if text)


def _said(work: Callable[[], str]) -> tuple[str, OperatorError | None]:
    """What a part says, or why it failed: the other one is done all the same."""
    try:
        return work(), None
    except OperatorError as error:
        return "", error


def _sources(settings: EdgeSettings) -> dict[str, Source]:
    found: dict[str, Source] = {}
    if settings["vault"]:
        found["vault"] = VaultSource(settings["vault"])
    if settings["acme"]:
        found["acme"] = AcmeSource(settings["acme"])
    return found


def _settings(path: str) -> EdgeSettings:
    try:
        with open(path, encoding="utf-8") as file:
            return json.load(file)  # type: ignore[no-any-return]
    except (OSError, ValueError):
        raise EdgeError(path, "is missing or not JSON", "run pulumi up, which writes it") from None


def run() -> None:
    """Entry point of the bundle."""
    sys.exit(main(sys.argv[1:]))
