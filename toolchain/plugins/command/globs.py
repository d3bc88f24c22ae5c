"""`assetPaths` and `archivePaths`: files below a folder, chosen by patterns."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from toolchain.plugins.base.wire import Asset, asset_of_path


def pattern(glob: str) -> re.Pattern[str]:
    """A pattern as a regular expression: `*` and `?` stop at `/`, `**` does not, `[…]` and `{a,b}` choose."""
    parts: list[str] = []
    rest, depth = glob, 0
    while rest:
        if rest.startswith("**"):
            parts.append(".*")
            rest = rest[2:]
            continue
        character, rest = rest[0], rest[1:]
        if character == "[" and "]" in rest:
            inside, rest = rest.split("]", 1)
            parts.append(f"[{'^' + inside[1:] if inside.startswith('!') else inside}]")
        elif character == "\\" and rest:
            parts.append(re.escape(rest[0]))
            rest = rest[1:]
        elif character == "," and depth:
            parts.append("|")
        elif character in "{}":
            depth += 1 if character == "{" else -1
            parts.append("(?:" if character == "{" else ")")
        else:
            parts.append({"*": "[^/]*", "?": "[^/]"}.get(character, re.escape(character)))
    return re.compile("".join(parts) + r"\Z")


def collect(folder: Path, globs: Sequence[str]) -> dict[str, Asset]:
    """The files that the patterns choose, in order: a later one adds, with `!` takes away."""
    rules = [(glob.startswith("!"), pattern(glob.removeprefix("!"))) for glob in globs]
    chosen: dict[str, Asset] = {}
    for path in sorted(folder.rglob("*")):
        if not path.is_file():
            continue
        name = path.relative_to(folder).as_posix()
        keep = False
        for excludes, rule in rules:
            if rule.match(name):
                keep = not excludes
        if keep:
            chosen[name] = asset_of_path(str(path), path.read_bytes())
    return chosen
