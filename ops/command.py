"""What every day-2 command does with an error that its operator can fix."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable
from typing import ParamSpec

Given = ParamSpec("Given")


def one_line_for(*errors: type[Exception]) -> Callable[[Callable[Given, int]], Callable[Given, int]]:
    """Have a command's `main` exit with 1 and one line on stderr, instead of a traceback, at these errors."""

    def kept(main: Callable[Given, int]) -> Callable[Given, int]:
        @functools.wraps(main)
        def reporting(*args: Given.args, **kwargs: Given.kwargs) -> int:
            try:
                return main(*args, **kwargs)
            except errors as error:
                sys.stderr.write(f"{error}\n")
                return 1

        return reporting

    return kept
