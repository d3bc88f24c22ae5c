"""`make chaos [ROUNDS=20] [SEED=…] [ARGS="--only NAME"]`: faults of the lab's cloud and of runs on it, and what each cost."""

from __future__ import annotations

import argparse
import random
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from lab import paths
from lab.chaos.faults import FAULTS
from lab.chaos.figures import Figures, table
from lab.chaos.load import administrator
from lab.chaos.rounds import play
from lab.chaos.run_rounds import RunFigures, play_run, run_table
from lab.chaos.runs import RUN_FAULTS, up_of
from lab.errors import LabError
from machine.errors import MachineError


def main(argv: list[str] | None = None) -> int:
    """The command; exit code 3 where not all was as it has to be, 1 where a round could not be played to its end."""
    parser = argparse.ArgumentParser(prog="python -m lab.chaos", description=__doc__)
    every = sorted(FAULTS) + sorted(RUN_FAULTS)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--only", action="append", default=[], metavar="FAULT", choices=every)
    parser.add_argument("--report", type=Path, help="a Markdown file that gets the tables")
    options = parser.parse_args(argv)
    done: list[Figures | RunFigures] = []
    code = 0
    try:
        for number, name in enumerate(order(options.only or every, options.rounds, options.seed)):
            _tell(f"round {number + 1} of {options.rounds}: {name}")
            done.append(_play(name, options.seed + number))
            for line in done[-1].wrong:
                _tell(f"  {line}")
                code = 3
        if any(isinstance(one, RunFigures) for one in done):
            _as_it_was()
    except (LabError, MachineError) as error:
        sys.stderr.write(f"{error}\n")
        code = 1
    text = f"Seed {options.seed}, {datetime.now(UTC):%Y-%m-%d}, {len(done)} of {options.rounds} rounds.\n"
    if of_cloud := [one for one in done if isinstance(one, Figures)]:
        text += f"\n{table(of_cloud)}"
    if of_runs := [one for one in done if isinstance(one, RunFigures)]:
        text += f"\n{run_table(of_runs)}"
    sys.stdout.write(f"\n{text}")
    if options.report:
        options.report.write_text(text)
    return code


def order(names: list[str], rounds: int, seed: int) -> list[str]:
    """Every kind once before any comes again, each time in another order."""
    chance = random.Random(seed)  # noqa: S311 - chance that can be repeated
    found: list[str] = []
    while len(found) < rounds:
        found += chance.sample(names, len(names))
    return found[:rounds]


def _play(name: str, seed: int) -> Figures | RunFigures:
    if name in FAULTS:
        return play(FAULTS[name], administrator(), seed, _step)
    return play_run(RUN_FAULTS[name], seed, _step)


def _as_it_was() -> None:
    with up_of(paths.STACK_FILE) as up:
        if up.ended():
            raise LabError(f"the stack as it was cannot be had again: {up.tail()}")


def _step(line: str) -> None:
    _tell(f"  {line}")


def _tell(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
