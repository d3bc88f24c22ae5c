"""The command line: what hostctl is asked, and how it answers."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sys
import time
from typing import Any, Callable, Dict, List, Mapping, Optional

from host_programs.contract import EXIT_ERROR
from host_programs.contract.hostctl import EXIT_DRIFT, CertificateReport, GroupReport, HostReport
from host_programs.hostctl import check, engine, lock, rollback, version
from host_programs.hostctl.arguments import UsageError, one_group, split, stdin_words, valid
from host_programs.hostctl.errors import HostctlError
from host_programs.hostctl.state import parse
from host_programs.hostctl.store import Store
from host_programs.hostctl.system import System

USAGE = """usage:
  hostctl apply GROUP [--confirm-within SECONDS] [--expect VERSION]   desired state on stdin
  hostctl check [GROUP...] [--fix] [--json]                           exit 3: drift
  hostctl confirm GROUP...                                            sha256 of each state on stdin, or nothing
  hostctl rollback GROUP [--boot]                                     used by the rollback's own units
  hostctl job NAME -- COMMAND...                                      start it or attach to it
  hostctl job NAME --status
  hostctl certificates PLACE...                                       files (patterns), HOST:PORT, https URLs
  hostctl version"""
LISTED = 20
EXIT_USAGE = 2


def main(argv: List[str]) -> int:
    """Run one command; return the exit code."""
    # A dropped connection must not tear an apply apart.
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    os.umask(0o022)
    where = [""]
    try:
        return _dispatch(argv, where)
    except UsageError as error:
        _say(f"hostctl: {error}\n{USAGE}")
        return EXIT_USAGE
    except HostctlError as error:
        _say(f"hostctl: {where[0]}{error}")
        return error.code
    except OSError as error:
        _say(f"hostctl: {where[0]}{error.filename or 'system'}: {error.strerror}")
        return EXIT_ERROR


def _dispatch(argv: List[str], where: List[str]) -> int:
    command = argv[0] if argv else ""
    commands: Dict[str, Callable[[List[str], List[str]], int]] = {
        "apply": _apply,
        "check": _check,
        "confirm": _confirm,
        "rollback": _rollback,
        "job": _job,
        "certificates": _certificates,
        "version": _version,
    }
    if command not in commands:
        raise UsageError(f"unknown command {command!r}" if command else "no command")
    if command != "version" and os.geteuid() != 0:
        raise HostctlError(command, "needs root", "use sudo")
    return commands[command](argv[1:], where)


def _apply(argv: List[str], where: List[str]) -> int:
    groups, options = split(argv, {"--confirm-within": True, "--expect": True})
    group = one_group(groups)
    where[0] = f"{group}: "
    window = options.get("--confirm-within")
    if window is not None and (not window.isdigit() or int(window) == 0):
        raise UsageError("--confirm-within takes a number of seconds")
    wanted = options.get("--expect")
    if wanted and wanted[: len(version.VERSION)] != version.VERSION:
        raise HostctlError("version", f"is {version.VERSION}, not {wanted}", "copy hostctl to the host again")
    state = parse(sys.stdin.read())
    host = System()
    with lock.held(f"apply {group}"):
        outcome = engine.apply(host, Store(host), group, state, int(window) if window else None, _progress())
    _print(_summary(outcome))
    return 0


def _check(argv: List[str], where: List[str]) -> int:
    groups, options = split(argv, {"--fix": False, "--json": False})
    host = System()
    store = Store(host)
    report: Dict[str, GroupReport] = {}
    known = store.groups()
    for group in groups or known:
        where[0] = f"{valid(group)}: "
        if group not in known:
            raise HostctlError("check", "no such group was ever applied", f"there are: {', '.join(known)}")
        if "--fix" in options:
            report[group] = check.fix(host, store, group, lock.held, _progress())
        else:
            report[group] = check.look(host, store, group)
    if "--json" in options:
        document: HostReport = {"groups": report, "host": os.uname().nodename}
        _print(document)
    else:
        _show(report)
    return EXIT_DRIFT if any(entry["drift"] for entry in report.values()) else 0


def _confirm(argv: List[str], where: List[str]) -> int:
    groups, _ = split(argv, {})
    if not groups:
        raise UsageError("which group?")
    sums = stdin_words()
    if sums and len(sums) != len(groups):
        raise UsageError(f"{len(sums)} checksums for {len(groups)} groups")
    host = System()
    with lock.held(f"confirm {' '.join(groups)}", 120):
        for number, group in enumerate(groups):
            where[0] = f"{valid(group)}: "
            rollback.confirm(host, Store(host), group, sums[number] if sums else "")
    _print({"confirmed": groups})
    return 0


def _rollback(argv: List[str], where: List[str]) -> int:
    groups, options = split(argv, {"--boot": False})
    group = one_group(groups)
    where[0] = f"{group}: "
    host, boot = System(), "--boot" in options
    with lock.held_for_rollback(group):
        failures = rollback.undo(host, Store(host), group, "boot" if boot else "window", boot=boot)
    for failure in failures:
        _say(f"hostctl: {group}: not restored: {failure}")
    return EXIT_ERROR if failures and boot else 0


def _job(argv: List[str], where: List[str]) -> int:
    from host_programs.hostctl.jobs import Job  # noqa: PLC0415

    del where
    before, command = argv, []
    if "--" in argv:
        before, command = argv[: argv.index("--")], argv[argv.index("--") + 1 :]
    names, options = split(before, {"--status": False})
    if len(names) != 1 or bool(command) == ("--status" in options):
        raise UsageError("a job has one name, and a command after -- or --status")
    job = Job(System(), names[0])
    if not command:
        _print(job.status())
        return 0
    job.start_or_attach(command)
    return job.follow()


def _certificates(argv: List[str], where: List[str]) -> int:
    from host_programs.hostctl import certificates  # noqa: PLC0415

    del where
    places, _ = split(argv, {})
    if not places:
        raise UsageError("which places?")
    found: CertificateReport = {"certificates": {place: certificates.read(place) for place in places}}
    _print(found)
    return 0


def _version(argv: List[str], where: List[str]) -> int:
    del argv, where
    sys.stdout.write(version.VERSION + "\n")
    return 0


def _progress() -> engine.Say:
    start = time.monotonic()
    return lambda label: _say(f"[{time.monotonic() - start:6.1f} s] {label}")


def _summary(outcome: engine.Outcome) -> Dict[str, Any]:
    answer: Dict[str, Any] = {"changed": outcome.changed[:LISTED], "ok": outcome.ok}
    if len(outcome.changed) > LISTED:
        answer["more"] = len(outcome.changed) - LISTED
    if outcome.notes:
        answer["notes"] = outcome.notes
    return answer


def _show(report: Dict[str, GroupReport]) -> None:
    for group, entry in report.items():
        lines = {"fixed": entry.get("fixed", []), "drift": entry["drift"], "notes": entry.get("notes", [])}
        for verb, labels in lines.items():
            for label in labels:
                sys.stdout.write(f"{group}: {verb}: {label}\n")
        sys.stdout.write(f"{group}: {entry['ok']} ok, {len(entry['drift'])} drifted, {entry['status']}\n")


def _print(data: Mapping[str, Any]) -> None:
    with contextlib.suppress(BrokenPipeError):
        sys.stdout.write(json.dumps(data, ensure_ascii=False, sort_keys=True) + "\n")
        sys.stdout.flush()


def _say(text: str) -> None:
    """Tell the operator; one who has gone does not stop the work."""
    with contextlib.suppress(OSError):
        sys.stderr.write(text + "\n")
        sys.stderr.flush()


def run() -> None:
    """Entry point of the bundle."""
    code: Optional[int] = main(sys.argv[1:])
    sys.exit(code)
