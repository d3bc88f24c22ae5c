"""`make certificates STACK= [DAYS=30]`: every certificate of a cloud, who renews it, days left, what breaks without.

Exit codes: 0 all good, 3 some are late, missing or cannot be read, 1 a host could not be asked.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections.abc import Sequence

from ops import access, stack
from ops.access import HostError
from ops.certificates.ask import ask, questions
from ops.certificates.facts import now
from ops.certificates.plan import plan
from ops.certificates.rows import rows
from ops.certificates.table import document, exit_code, render
from ops.certificates.wanted import HERE
from ops.command import one_line_for
from ops.progress import Progress

LIMIT = 30
"""Days: a month to get and deliver a new one."""


@one_line_for(stack.StackError, HostError)
def main(argv: Sequence[str] | None = None) -> int:
    """The command; returns its exit code."""
    parser = argparse.ArgumentParser(prog="python -m ops.certificates", description=__doc__)
    stack.arguments(parser)
    parser.add_argument(
        "--days", type=int, default=LIMIT, help=f"fewer days left are late (default: {LIMIT})"
    )
    parser.add_argument("--json", action="store_true", help="machine-readable result on stdout")
    options = parser.parse_args(argv)
    config = stack.load(options.stack, options.config_file)
    targets, login = access.reach(config)
    wanted = plan(config)
    asked = questions(wanted)
    progress = Progress(len([host for host in asked if host != HERE]), quiet=options.json)
    answers = asyncio.run(ask(asked, targets, login, progress))
    table = rows(wanted, answers, options.days, now())
    if options.json:
        report = {"seconds": round(progress.elapsed(), 3), "certificates": document(table)}
        sys.stdout.write(json.dumps(report, indent=2) + "\n")
    else:
        sys.stdout.write(render(table, progress.elapsed()) + "\n")
    return exit_code(table)


if __name__ == "__main__":
    sys.exit(main())
