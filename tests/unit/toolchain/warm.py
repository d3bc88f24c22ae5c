"""Run the program host in forks of one interpreter that has the SDK loaded: its import is most of a run's time.

Argument: the program. For each folder that comes on stdin, a fork runs it with the file `request` as stdin and
`stderr` as stdout and stderr, and its exit code goes to stdout.
"""

from __future__ import annotations

import os
import runpy
import signal
import sys
from pathlib import Path
from typing import NoReturn

import grpc  # noqa: F401
import pulumi  # noqa: F401
from pulumi.runtime.proto import language_pb2  # noqa: F401

_SECONDS = 60  # for one run
_FAILED = 70


def run(program: str, folder: Path) -> NoReturn:
    """Be the program; never comes back."""
    try:
        signal.alarm(_SECONDS)
        os.dup2(os.open(folder / "request", os.O_RDONLY), 0)
        output = os.open(folder / "stderr", os.O_WRONLY | os.O_CREAT)
        os.dup2(output, 1)
        os.dup2(output, 2)
        sys.stdin = os.fdopen(0, closefd=False)
        sys.path[0] = str(Path(program).parent)
        runpy.run_path(program, run_name="__main__")
    except BaseException:
        sys.excepthook(*sys.exc_info())
        sys.stderr.flush()
        raise
    finally:
        os._exit(_FAILED)


def main() -> None:
    """Fork for each line."""
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            run(sys.argv[1], Path(line.rstrip("\n")))
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)


if __name__ == "__main__":
    main()
