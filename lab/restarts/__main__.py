"""`make restarts [ROUNDS="1 2"]`: options changed in the lab's cloud, and whether what restarts is what the plan said.

Each round changes its options on top of those before it; in the end all are as they were.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import yaml

from host_programs.contract.kolla_run import KOLLA_STATE
from lab import paths, records, ssh
from lab.errors import LabError
from lab.restarts.compared import Container, Round, names, planned, started, table
from lab.stack_file import merged
from lab.topology import HOSTS

OPTIONS = Path(__file__).with_name("options.yaml")
CHANGED = paths.LAB / "Pulumi.restarts.yaml"
_STARTED = (
    "docker ps --quiet --no-trunc"
    " | xargs --no-run-if-empty docker inspect --format '{{.Name}} {{.State.StartedAt}}'"
)
_UP = 3600
"""Seconds that an `up` may take."""


def main(argv: list[str] | None = None) -> int:
    """The command; exit code 3 where a container that was started was not planned, or the other way round."""
    parser = argparse.ArgumentParser(prog="python -m lab.restarts", description=__doc__)
    rounds = yaml.safe_load(OPTIONS.read_text())
    every = range(1, len(rounds) + 1)
    parser.add_argument("--rounds", type=int, nargs="+", default=every, choices=every, metavar="NUMBER")
    parser.add_argument("--report", type=Path, help="a Markdown file that gets the table")
    options = parser.parse_args(argv)
    done: list[Round] = []
    document = yaml.safe_load(paths.STACK_FILE.read_text())
    try:
        for number in options.rounds:
            fragments = rounds[number - 1]
            for fragment in fragments:
                document["config"]["cloud:kolla"] = merged(document["config"]["cloud:kolla"], fragment)
            CHANGED.write_text(yaml.safe_dump(document, sort_keys=False))
            what = [name for fragment in fragments for name in names(fragment)]
            done.append(_round(what, CHANGED))
        done.append(_round(["all of them back"], paths.STACK_FILE))
    except LabError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write(f"\n{table(done)}")
    if options.report:
        options.report.write_text(table(done))
    return 3 if any(one.wrong for one in done) else 0


def _round(options: list[str], file: Path) -> Round:
    _tell(f"changed: {', '.join(options)}")
    before, began = _start_times(), time.monotonic()
    _up(file)
    seconds = time.monotonic() - began
    plan: dict[str, Any] = json.loads(ssh.root("deploy", f"cat {KOLLA_STATE}/plan.json"))
    one = Round(tuple(options), planned(plan), started(before, _start_times()), seconds)
    for line in one.wrong or [f"as planned: {len(one.started)} containers, {seconds:.0f} s"]:
        _tell(f"  {line}")
    return one


def _up(file: Path) -> None:
    argv = (sys.executable, "-m", "ops.run", "up", "--stack", "lab", "--config-file", str(file), "--yes")
    done = subprocess.run(argv, cwd=paths.CHECKOUT, capture_output=True, text=True, timeout=_UP, check=False)
    if done.returncode:
        raise LabError(f"up of {file.name} exited {done.returncode}: {(done.stdout + done.stderr)[-4000:]}")


def _start_times() -> dict[Container, str]:
    found: dict[Container, str] = {}
    lab = records.load(paths.RECORDS)
    if lab is None:
        raise LabError("there is no lab that is up: make lab")
    for host in HOSTS:
        if lab.runs(host) and host != "deploy":
            for line in ssh.root(host, _STARTED).splitlines():
                name, _, at = line.partition(" ")
                found[host, name.removeprefix("/")] = at
    return found


def _tell(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
