"""`python -m toolchain` (make tools): set up `pulumi`, its language host and its plugins; say what they are."""

from __future__ import annotations

import sys

from toolchain.choose import choose
from toolchain.paths import Places
from toolchain.tool import Tool, ToolError


def table(tools: list[Tool]) -> str:
    """The tools in columns."""
    rows = [(tool.name, tool.version, str(tool.origin)) for tool in tools]
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )


def main() -> int:
    """Set up and report; 1 if a tool can not be had."""
    try:
        tools = choose(Places(), lambda line: print(line, file=sys.stderr, flush=True))
    except ToolError as error:
        print(f"toolchain: {error}", file=sys.stderr)
        return 1
    print(table(tools))
    return 0


if __name__ == "__main__":
    sys.exit(main())
