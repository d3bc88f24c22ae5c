"""`make rotate WHAT=list|NAME|PATTERN|resume STACK= [YES=1]`: a cloud's secrets, their age, and new ones.

Without YES it says the steps and changes nothing. Exit codes: 0 done or said, 1 it could not be done.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from datetime import UTC, datetime

from ops import run, stack
from ops.command import one_line_for
from ops.rotate import plan as plans
from ops.rotate.catalogue import secrets
from ops.rotate.effect import Place, rotate
from ops.rotate.plan import RotateError
from ops.rotate.record import Record
from ops.rotate.table import document, listed, shown


def _work(options: argparse.Namespace) -> str:
    config = stack.load(options.stack, options.config_file, pinned=False)
    record = Record.read(stack.stack_file(options.stack, options.config_file), options.stack)
    known, now = secrets(config), datetime.now(UTC)
    if options.what == "list":
        if options.json:
            return json.dumps(document(known, record, now), indent=2)
        return listed(known, record, now)
    resume = options.what == "resume"
    plan = (
        plans.resumed(known, record.rotating) if resume else plans.plan(options.what, known, record.rotating)
    )
    if not options.yes:
        return shown(plan)

    def up() -> int:
        where = ["--config-file", str(options.config_file)] if options.config_file else []
        return run.main(["up", "--stack", options.stack, *where, "--yes"])

    rotate(plan, Place(options.stack, options.config_file, config), record, up, now)
    lines = [f"{len(plan.secrets)} new: {', '.join(plan.names())}", f"kept in {record.path.name}"]
    lines += [f"now: {step}" for secret in plan.secrets for step in secret.way.after]
    return "\n".join(lines)


@one_line_for(stack.StackError, RotateError, OSError, ValueError)
def main(argv: Sequence[str] | None = None) -> int:
    """The command; returns its exit code."""
    parser = argparse.ArgumentParser(prog="python -m ops.rotate", description=__doc__)
    stack.arguments(parser)
    parser.add_argument("--what", required=True, help="list, resume, a secret's name, or a pattern of names")
    parser.add_argument("--json", action="store_true", help="machine-readable list")
    parser.add_argument("--yes", action="store_true", help="do it; otherwise only show the steps")
    options = parser.parse_args(argv)
    sys.stdout.write(f"{_work(options)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
