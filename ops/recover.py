"""`make recover STACK= [WITHOUT=ctl03] [DRY_RUN=1]`: brings back what does not come back by itself.

It runs on the deploy host, gate by gate (docs/recover.md), and goes on there if this connection breaks.
Exit codes: 0 all is as it was, 2 a gate did not open, 1 anything else.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from ops import on_deploy_host, stack
from ops.access import HostError
from ops.command import one_line_for

JOB = "recover"


def words(without: Sequence[str], *, dry_run: bool) -> list[str]:
    """The words for kolla-run."""
    named = [word for host in sorted(set(without)) for word in ("--without", host)]
    return ["recover", *(["--dry-run"] if dry_run else []), *named]


@one_line_for(stack.StackError, HostError)
def main(argv: Sequence[str] | None = None) -> int:
    """The command; returns its exit code."""
    parser = argparse.ArgumentParser(prog="python -m ops.recover", description=__doc__)
    stack.arguments(parser)
    parser.add_argument("--without", default="", help="hosts that stay off, separated by commas")
    parser.add_argument("--dry-run", action="store_true", help="only show what would be done")
    options = parser.parse_args(argv)
    without = [host for host in options.without.split(",") if host]
    config, targets, login = on_deploy_host.reached(options)
    stack.check_hosts(without, targets)
    target = on_deploy_host.deploy_host(config, targets)
    job = "" if options.dry_run else JOB
    return on_deploy_host.run(target, login, words(without, dry_run=options.dry_run), job)


if __name__ == "__main__":
    sys.exit(main())
