"""`make chaos [ROUNDS=20] [SEED=…] [ONLY="NAME"]`: faults in random order in the lab's cloud, and a table of what they cost."""

from __future__ import annotations

import argparse
import random
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from lab.chaos.faults import FAULTS
from lab.chaos.figures import Figures, table
from lab.chaos.load import administrator
from lab.chaos.rounds import play
from lab.errors import LabError
from machine.errors import MachineError


def main() -> int:
    """The command; exit code 3 where a write was lost, 1 where a round could not be played to its end."""
    parser = argparse.ArgumentParser(prog="python -m lab.chaos", description=__doc__)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--only", action="append", default=[], metavar="FAULT", choices=sorted(FAULTS))
    parser.add_argument("--report", type=Path, help="a Markdown file that gets the table")
    options = parser.parse_args()
    chance = random.Random(options.seed)  # noqa: S311 - chance that can be repeated
    names = options.only or sorted(FAULTS)
    done: list[Figures] = []
    code = 0
    try:
        for number in range(options.rounds):
            # Every kind once before any comes again.
            if number % len(names) == 0:
                chance.shuffle(names)
            fault = FAULTS[names[number % len(names)]]
            sys.stdout.write(f"round {number + 1} of {options.rounds}: {fault.name}\n")
            done.append(play(fault, administrator(), options.seed + number, _tell))
            for line in done[-1].wrong:
                sys.stdout.write(f"  {line}\n")
                code = 3
    except (LabError, MachineError) as error:
        sys.stderr.write(f"{error}\n")
        code = 1
    text = f"Seed {options.seed}, {datetime.now(UTC):%Y-%m-%d}, {len(done)} of {options.rounds} rounds.\n\n{table(done)}"
    sys.stdout.write(f"\n{text}")
    if options.report:
        options.report.write_text(text)
    return code


def _tell(line: str) -> None:
    sys.stdout.write(f"  {line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
