"""What every day-2 command does with an error that its operator can mend."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable
from typing import ParamSpec

Given = ParamSpec("Given")


def tells(*errors: type[Exception]) -> Callable[[Callable[Given, int]], Callable[Given, int]]:
    """Have a command's `main` end with exit code 1 and one line on stderr, instead of a traceback, at these errors."""

    def kept(main: Callable[Given, int]) -> Callable[Given, int]:
        @functools.wraps(main)
        def told(*args: Given.args, **kwargs: Given.kwargs) -> int:
            try:
                return main(*args, **kwargs)
            except errors as error:
                sys.stderr.write(f"{error}\n")
                return 1

        return told

    return kept
