"""The command line of kolla-run."""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from typing import Any

from host_programs.command_line import CommandLine
from host_programs.kolla_run import dependencies, integrity_run, planning, pulling, state, steps, version
from host_programs.kolla_run.dialect import ACTIONS, Request
from host_programs.kolla_run.errors import RunError
from host_programs.kolla_run.kolla import Kolla
from host_programs.kolla_run.paths import Paths
from host_programs.kolla_run.recovery import power_off, recover

PARTS = {
    "plan": "say which services a change restarts, on which hosts; changes nothing that runs",
    "prechecks-changed": "prechecks of the services that changed since they passed",
    "genconfig-changed": "configuration files of the services that changed",
    "pull-changed": "images of the services whose containers changed; asks the registry for them first",
    "deploy-changed": "deploy, or reconfigure the services that changed; goes on after an interruption",
    "integrity": "compare the deployed cloud with what is expected of it; waits for services that need time to start",
    "recover": "bring back what does not come back by itself, gate by gate; may be run again at any point",
    "power-off": "stop all that runs, in order, and write it down for recover; hosts stay on",
    "install-deps": "Ansible's collections, from Galaxy or, where that cannot be reached, from PyPI",
    "idle": "succeed only if nothing runs",
}


def command_line() -> CommandLine:
    """All commands."""
    line = CommandLine("kolla-run", "Kolla-Ansible with progress and a verdict.", version.VERSION, PARTS)
    prechecks = line.commands["prechecks-changed"]
    prechecks.add_argument("--registry", action="store_true", help="images will be pulled: it must answer")
    line.commands["integrity"].add_argument(
        "--patience", type=float, default=integrity_run.PATIENCE, metavar="SECONDS", help=_PATIENCE
    )
    recovering = line.commands["recover"]
    recovering.add_argument("--dry-run", action="store_true", help="only say what would be done")
    recovering.add_argument("--without", action="append", default=[], metavar="HOST", help=_WITHOUT)
    stopping = line.commands["power-off"]
    stopping.add_argument("--dry-run", action="store_true", help="only say what would be done")
    stopping.add_argument("--anyway", action="store_true", help="also a cloud that is not whole")
    for name in ACTIONS:
        command = line.add(name, "kolla-ansible's own")
        command.add_argument("--tags", default="", help="only these, separated by commas")
        command.add_argument("--limit", default="", help="only these hosts")
        command.add_argument("--extra", action="append", default=[], help="NAME=VALUE; may be repeated")
    for command in line.commands.values():
        command.add_argument("--for", dest="request", default="", help=_FOR)
    return line


_PATIENCE = "how long services may take to start; 0: one look"
_WITHOUT = "a host that is off and stays so; may be repeated"
_FOR = "what it is run for: pulumi's own mark, so that nobody takes a run for another's"


def main(argv: list[str], paths: Paths | None = None) -> int:
    """Run one command; return the exit code: 0, 2 if hosts failed, 1 for anything else."""
    line = command_line()
    options = line.top.parse_args(argv)
    # All on stdout: a job's log is one stream, and its last line is the verdict.
    return line.run(options, lambda: _work(options, paths), errors=sys.stdout)


def _work(options: argparse.Namespace, paths: Paths | None) -> str | None:
    if os.geteuid() != 0 and paths is None:
        raise RunError(options.command, "needs root", "use sudo")
    os.umask(0o077)
    paths = paths or Paths()
    start = time.monotonic()
    with state.held(paths.state, options.command):
        if options.command == "idle":
            return None
        summary = _one(options, paths)
    summary["seconds"] = round(time.monotonic() - start, 1)
    return json.dumps(summary, ensure_ascii=False)


def _one(options: argparse.Namespace, paths: Paths) -> dict[str, Any]:
    if options.command == "install-deps":
        return dependencies.install(paths)
    kolla = Kolla(paths)
    if options.command == "plan":
        return {"action": "plan", "ok": True, **planning.plan(kolla).document()}
    changed = {
        "genconfig-changed": steps.genconfig,
        "pull-changed": pulling.pull,
        "deploy-changed": steps.deploy,
    }
    if options.command == "integrity":
        return integrity_run.check(kolla, patience=options.patience)
    if options.command == "recover":
        return recover.recover(kolla, options.without, dry_run=options.dry_run)
    if options.command == "power-off":
        return power_off.power_off(kolla, anyway=options.anyway, dry_run=options.dry_run)
    if options.command == "prechecks-changed":
        first = (pulling.reach,) if options.registry else ()
        return steps.prechecks(kolla, first)
    if options.command in changed:
        return changed[options.command](kolla)
    tags = [tag for tag in options.tags.split(",") if tag]
    if options.command == "genconfig":
        verdict = kolla.generate(tags, options.limit, options.extra).verdict
    else:
        verdict = kolla.run(Request(options.command, tags, options.limit, options.extra)).verdict
    return verdict.summary(options.command, 0)


def run() -> None:
    """Entry point of the bundle."""
    sys.exit(main(sys.argv[1:]))
