"""pytest, once: which tests run which line; then each mutant in a fork of its own, by the tests that run its line.

Mutants that differ when their module is imported start over: a fork from before anything was imported.
"""

from __future__ import annotations

import gc
import os
import resource
import signal
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import CodeType, FrameType, FunctionType
from typing import Any

import pytest
from _pytest.runner import runtestprotocol

from tests.mutants.mutations import Mutant
from tests.mutants.swap import functions, runs_at_import, swap

SECONDS, MEMORY = 60, 1 << 30
"""Of the processor and in bytes, for one mutant: then it is killed."""
PLAIN = ("-x", "-qq", "-n", "0", "-p", "no:cacheprovider", "--no-header", "--disable-warnings")


class Lines:
    """Which lines of some files run."""

    def __init__(self, paths: set[str]) -> None:
        self.paths, self.seen = paths, set[tuple[str, int]]()

    def __enter__(self) -> set[tuple[str, int]]:
        self.seen = set()
        threading.settrace(self._call)
        sys.settrace(self._call)
        return self.seen

    def __exit__(self, *_: object) -> None:
        sys.settrace(None)
        threading.settrace(None)  # type: ignore[arg-type]  # as its documentation says

    def _call(self, frame: FrameType, event: str, _: Any) -> Callable[..., Any] | None:
        return self._line if frame.f_code.co_filename in self.paths else None

    def _line(self, frame: FrameType, event: str, _: Any) -> Callable[..., Any]:
        self.seen.add((frame.f_code.co_filename, frame.f_lineno))
        return self._line


class Session:
    """A plugin of pytest that runs mutants in the place of the tests."""

    def __init__(self, root: Path, targets: list[Mutant], said: Callable[[Mutant, str], None]) -> None:
        self.root, self.mutants, self.said = root, targets, said
        self.original = {path: _compiled(root, path) for path in {mutant.module for mutant in targets}}

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        tests = self._tests(session.items)
        swapped = functions({str(self.root / path) for path in self.original})
        gc.freeze()  # a fork shares what no collector touches
        for mutant in self.mutants:
            place = str(self.root / mutant.module)
            code = compile(mutant.source, place, "exec")
            if runs_at_import(self.original[mutant.module], code):
                of = {item for (path, _), items in tests.items() if path == place for item in items}
                files = sorted({str(item.path) for item in of})
                outcome = self._outcome(lambda place=place, m=mutant, f=files: _afresh(place, m.source, f))
            else:
                chosen = sorted(tests.get((place, mutant.line), ()), key=lambda item: self.cost[item])
                outcome = self._outcome(lambda place=place, c=code, t=chosen: _swapped(place, swapped[place], c, t))
                outcome = outcome if chosen else "no test"
            self.said(mutant, outcome)
        return True

    def _tests(self, items: list[pytest.Item]) -> dict[tuple[str, int], set[pytest.Item]]:
        """The tests that run each line; each test's processor time is kept as its cost.

        Raises:
            SystemExit: A test fails without any mutant.
        """
        tests: dict[tuple[str, int], set[pytest.Item]] = defaultdict(set)
        lines = Lines({str(self.root / path) for path in self.original})
        self.cost: dict[pytest.Item, float] = {}
        for item, following in zip(items, [*items[1:], None], strict=True):
            start = time.process_time()
            with lines as seen:
                reports = runtestprotocol(item, log=False, nextitem=following)
            self.cost[item] = time.process_time() - start
            if failed := [report for report in reports if report.failed]:
                raise SystemExit(f"{item.nodeid} fails without a mutant:\n{failed[0].longreprtext}")
            for line in seen:
                tests[line].add(item)
        return tests

    def _outcome(self, run: Callable[[], bool]) -> str:
        """Whether a mutant, in a fork, is `killed` by a test (or by its time), or has `survived`."""
        child = os.fork()
        if child == 0:
            try:
                _bounded()
                os._exit(0 if run() else 1)
            except LookupError:
                os._exit(2)
            except BaseException:  # noqa: BLE001  # whatever a mutant raises, this is a fork
                os._exit(1)
        _, status = os.waitpid(child, 0)
        return {0: "survived", 2: "not tried"}.get(os.waitstatus_to_exitcode(status), "killed")


def _swapped(place: str, of_module: list[FunctionType], code: CodeType, tests: list[pytest.Item]) -> bool:
    """Whether all tests pass with the mutant's code in the imported module."""
    _forget(place)
    swap(of_module, code)
    return all(
        report.passed or report.skipped
        for item, following in zip(tests, [*tests[1:], None], strict=True)
        for report in runtestprotocol(item, log=False, nextitem=following)
    )


def _forget(place: str) -> None:
    """Empty the caches of the module and of the tests: they hold what the original made."""
    for name, module in list(sys.modules.items()):
        if name.startswith("tests.") or getattr(module, "__file__", None) == place:
            for thing in list(vars(module).values()):
                if clear := getattr(thing, "cache_clear", None):
                    clear()


def _afresh(place: str, source: str, files: list[str]) -> bool:
    """Whether all tests of the files pass in a pytest of its own that imports the mutant."""
    for name, module in list(sys.modules.items()):
        if (getattr(module, "__file__", None) or "").startswith(os.getcwd()) and not name.startswith("tests.mutants"):
            del sys.modules[name]
    real = SourceFileLoader.get_code

    def get_code(self: SourceFileLoader, fullname: str) -> CodeType | None:
        path = self.get_filename(fullname)
        return compile(source, path, "exec") if path == place else real(self, fullname)

    SourceFileLoader.get_code = get_code  # type: ignore[method-assign]
    return pytest.main([*PLAIN, *files]) == 0


def _bounded() -> None:
    used = int(sum(resource.getrusage(resource.RUSAGE_SELF)[:2]))
    resource.setrlimit(resource.RLIMIT_CPU, (used + SECONDS, used + SECONDS))
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
    signal.alarm(10 * SECONDS)
    silent = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silent, 1)
    os.dup2(silent, 2)


def _compiled(root: Path, path: str) -> CodeType:
    return compile((root / path).read_text(), str(root / path), "exec")
