"""`make mutants`: how many faults that are put into the pure plans and the checks of the stack file some test tells.

On a copy of the tree. Prints each mutant that survives, then each file's score; 1 if one is below the least, 2 if
tests fail without a mutant, before or after: then there is no score.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import sys
import tempfile
import time
import tomllib
from collections import Counter
from pathlib import Path

import pytest

from tests.mutants.mutations import Mutant, mutants
from tests.mutants.session import PLAIN, Session

ROOT = Path(__file__).parents[2]
LEAST = 85
"""Percent of a file's mutants that tests have to tell."""


def main() -> int:
    """Run the mutants of each group of files."""
    parser = argparse.ArgumentParser(prog="make mutants", description=__doc__)
    parser.add_argument(
        "--sample", type=int, default=60, help="mutants of one file at most, 0: all (%(default)s)"
    )
    parser.add_argument("--seed", type=int, default=1, help="of the sample (%(default)s)")
    parser.add_argument(
        "--minutes", type=float, default=60, help="for each group, then no more (%(default)s)"
    )
    parser.add_argument("--tests", type=int, default=150, help="for one mutant at most (%(default)s)")
    parser.add_argument("files", nargs="*", help="modules; none: all of [tool.mutants] in pyproject.toml")
    asked = parser.parse_args()
    groups = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["mutants"]
    scores: dict[str, Counter[str]] = {}

    def said(mutant: Mutant, outcome: str) -> None:
        scores.setdefault(mutant.module, Counter())[outcome] += 1
        if outcome != "killed":
            print(f"{outcome}: {mutant.module}:{mutant.line}: {mutant.text}  ({mutant.operator})", flush=True)

    with tempfile.TemporaryDirectory(prefix="mutants-") as folder:
        tree = Path(folder) / "tree"
        shutil.copytree(
            ROOT,
            tree,
            symlinks=True,
            ignore=shutil.ignore_patterns(
                ".git", ".venv", ".tools", ".lab", ".*_cache", "__pycache__", "node_modules"
            ),
        )
        os.chdir(tree)
        sys.path[:] = [str(tree), *(place for place in sys.path if place not in ("", str(ROOT)))]
        for group in groups.values():
            files = sorted(
                {str(path.relative_to(tree)) for glob in group["files"] for path in tree.glob(glob)}
            )
            chosen = [file for file in files if not asked.files or file in asked.files]
            todo = [mutant for file in chosen for mutant in _sample(tree, file, asked.sample, asked.seed)]
            if todo:
                near = [
                    str(path) for glob in group["tests"] for path in sorted((tree / "tests/unit").glob(glob))
                ]
                random.Random(asked.seed).shuffle(todo)  # noqa: S311  # stopped early, each file has had its part
                plugins = [Session(tree, todo, asked.tests, time.monotonic() + 60 * asked.minutes, said)]
                if pytest.main([*PLAIN, *near], plugins=plugins):
                    return 2  # a test fails without any mutant, so nothing that was said is known
    return _report(scores)


def _sample(tree: Path, file: str, size: int, seed: int) -> list[Mutant]:
    found = mutants(file, (tree / file).read_text())
    if not size or len(found) <= size:
        return found
    return random.Random(f"{seed} {file}").sample(found, size)  # noqa: S311  # the same each time is what it is for


def _report(scores: dict[str, Counter[str]]) -> int:
    low = 0
    print(f"{'file':45} {'mutants':>7} {'killed':>6}  score")
    for file, outcomes in sorted(scores.items()):
        tried = outcomes.total() - outcomes["not tried"]
        share = 100 * outcomes["killed"] / tried if tried else 0
        low += share < LEAST
        print(f"{file:45} {tried:7} {outcomes['killed']:6} {share:5.0f} %")
    return 1 if low else 0


if __name__ == "__main__":
    sys.exit(main())
