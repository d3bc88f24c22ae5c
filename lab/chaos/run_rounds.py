"""One round of a fault of a run: an option changes, the run is struck, the next one finishes what it had begun."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import dataclass

import yaml

from lab import paths, ssh
from lab.chaos.rounds import INTEGRITY
from lab.chaos.runs import WRITTEN, RunFault, is_as_said, up_of
from lab.errors import LabError
from lab.stack_file import merged

CHANGED = paths.LAB / "Pulumi.runs.yaml"
WRITTEN_TO = ("ctl01", "ctl02", "ctl03")
OPTION = "api_limit_max"
"""Of Glance: any number will do, so that each round is a change."""


@dataclass(frozen=True)
class RunFigures:
    """How one run ended, and the next."""

    fault: str
    struck: str
    """What it hit."""
    told: float
    """Seconds from the fault to the end of the run."""
    line: str
    """The line of its summary."""
    again: float
    """Seconds of the next run, which went well."""
    wrong: tuple[str, ...]
    """What is not as it should be; a line each."""


def play_run(fault: RunFault, number: int, tell: Callable[[str], None]) -> RunFigures:
    """Strike a run once, and run again.

    Args:
        fault: what happens.
        number: makes this round's change another one than any before.
        tell: takes a line about each step.

    Raises:
        LabError: the run could not be struck, or the next one failed.
    """
    change = {"overrides": {"glance.conf": {"content": f"[DEFAULT]\n{OPTION} = {number}\n"}}}
    document = yaml.safe_load(paths.STACK_FILE.read_text())
    document["config"]["cloud:kolla"] = merged(document["config"]["cloud:kolla"], change)
    CHANGED.write_text(yaml.safe_dump(document, sort_keys=False))
    with up_of(CHANGED) as up, closing(fault.strike(up)) as strike:
        struck = next(strike)
        began = time.monotonic()
        tell(f"{fault.name}: {struck}")
        code = up.ended()
        told = time.monotonic() - began
        wrong = [found] if (found := is_as_said(fault, up, code)) else []
        line = " ".join(up.reported())
        tell(f"ended with {code} after {told:.0f} s: {line or 'nothing said'}")
        if next(strike, None) is not None:
            raise LabError(f"{fault.name}: strikes twice")
    again = _again(tell)
    wrong += [f"{host} does not have what was changed" for host in WRITTEN_TO if not _has(host, number)]
    done = ssh.run("deploy", INTEGRITY, timeout=600)
    if done.returncode:
        wrong.append(f"not all is as before: {done.stdout[-800:]}{done.stderr[-200:]}")
    return RunFigures(fault.name, struck, told, line, again, tuple(wrong))


def _again(tell: Callable[[str], None]) -> float:
    began = time.monotonic()
    with up_of(CHANGED) as up:
        code = up.ended()
    seconds = time.monotonic() - began
    if code:
        raise LabError(f"the next run failed with {code} after {seconds:.0f} s: {up.tail()}")
    tell(f"the next run went well, {seconds:.0f} s")
    return seconds


def _has(host: str, number: int) -> bool:
    return f"{OPTION} = {number}\n" in ssh.root(host, f"cat {WRITTEN}")


HEADER = ("Fault of a run", "Struck", "Run ended after, s", "It said", "Next run, s")


def run_table(all_of_them: Iterable[RunFigures]) -> str:
    """Markdown."""
    rows = [HEADER, tuple("---" for _ in HEADER)]
    rows += [
        (
            one.fault,
            one.struck,
            f"{one.told:.0f}",
            one.line.replace("|", "\\|") or "nothing",
            f"{one.again:.0f}",
        )
        for one in all_of_them
    ]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in rows)
