"""pytest, once: which tests run which line; then each mutant in a fork of its own, by the tests that run its line.

Mutants that differ when their module is imported start over: a fork from before anything was imported.
"""

from __future__ import annotations

import functools
import gc
import sys
import threading
import time
import zlib
from collections import Counter, defaultdict
from collections.abc import Callable, Generator
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import CodeType, FrameType, FunctionType
from typing import Any

import pytest
from _pytest.runner import runtestprotocol

from tests.mutants.fork import in_a_fork
from tests.mutants.mutations import Mutant
from tests.mutants.swap import AlikeError, functions, runs_at_import, swap

PLAIN = ("-x", "-qq", "-n", "0", "-p", "no:cacheprovider", "--no-header", "--disable-warnings")
Line = tuple[str, int]


class Lines:
    """Which lines of some files run."""

    def __init__(self, paths: set[str]) -> None:
        self.paths, self.seen = paths, set[Line]()

    def __enter__(self) -> set[Line]:
        self.seen = set()
        threading.settrace(self._call)
        sys.settrace(self._call)
        return self.seen

    def __exit__(self, *_: object) -> None:
        sys.settrace(None)
        threading.settrace(None)

    def _call(self, frame: FrameType, event: str, _: Any) -> Callable[..., Any] | None:
        return self._line if frame.f_code.co_filename in self.paths else None

    def _line(self, frame: FrameType, event: str, _: Any) -> Callable[..., Any]:
        self.seen.add((frame.f_code.co_filename, frame.f_lineno))
        return self._line


class Session:
    """A plugin of pytest that runs mutants in the place of the tests."""

    def __init__(
        self, root: Path, mutants: list[Mutant], most: int, end: float, said: Callable[[Mutant, str], None]
    ) -> None:
        self.root, self.mutants, self.most, self.end, self.said = root, mutants, most, end, said
        self.original = {path: _compiled(root, path) for path in {mutant.module for mutant in mutants}}
        self.lines = Lines({str(root / path) for path in self.original})
        self.collected: dict[Line, set[str]] = defaultdict(set)
        """Lines that run when a file of tests is read: what they make for its tests is the original's."""

    @pytest.hookimpl(wrapper=True)
    def pytest_make_collect_report(self, collector: pytest.Collector) -> Generator[None, Any, Any]:
        with self.lines as seen:
            report = yield
        if isinstance(collector, pytest.Module | pytest.Class):
            for line in seen:
                self.collected[line].add(str(collector.path))
        return report

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        tests = self._tests(session.items)
        swapped = functions(self.lines.paths)
        gc.freeze()  # a fork shares what no collector touches
        self._control(tests, swapped)
        for mutant in self.mutants:
            if time.monotonic() > self.end:
                break
            self.said(mutant, self._outcome(mutant, tests, swapped[str(self.root / mutant.module)]))
        self._control(tests, swapped)  # that nothing but the mutants failed on the way, such as a full disk
        return True

    def _control(self, tests: dict[Line, set[pytest.Item]], swapped: dict[str, list[FunctionType]]) -> None:
        """Modules without a fault survive, in their place and imported afresh: else `killed` would say nothing.

        In their place twice: what one fork leaves behind must not fail the next.
        """
        for module, code in self.original.items():
            place = str(self.root / module)
            near = self._of_lines(place, tests, {line for line in tests if line[0] == place})
            files, named = {str(item.path) for item in near}, {item.nodeid for item in near}
            source = (self.root / module).read_text()
            in_place = functools.partial(_swapped, place, swapped[place], code, near)
            afresh = functools.partial(_afresh, place, source, files, named)
            expected = "survived" if near else "no test"
            for run, allowed in (
                (in_place, (expected, "not tried")),
                (in_place, (expected, "not tried")),
                (afresh, (expected,)),
            ):
                if (outcome := in_a_fork(run)) not in allowed:
                    pytest.exit(f"{module} without a mutant: {outcome}", returncode=1)

    def _outcome(
        self, mutant: Mutant, tests: dict[Line, set[pytest.Item]], of_module: list[FunctionType]
    ) -> str:
        place = str(self.root / mutant.module)
        code = compile(mutant.source, place, "exec")
        if imported := runs_at_import(self.original[mutant.module], code):
            lines = {line for line in {*tests, *self.collected} if line[0] == place}
        else:
            lines = {(place, mutant.line)}
        chosen = self._of_lines(place, tests, lines)
        files = set().union(*(self.collected.get(line, ()) for line in lines))
        if not imported:
            outcome = in_a_fork(lambda: _swapped(place, of_module, code, chosen))
            if outcome != "not tried" and (outcome != "survived" or not files):
                return outcome
        named = {item.nodeid for item in chosen if str(item.path) not in files}
        files |= {str(item.path) for item in chosen}
        return in_a_fork(lambda: _afresh(place, mutant.source, files, named))

    def _of_lines(
        self, place: str, tests: dict[Line, set[pytest.Item]], lines: set[Line]
    ) -> list[pytest.Item]:
        """As many as are run for one mutant: one case of each test, then the next of each that has more.

        Of one test's cases the ones come first that run what few others run of the module, else any.
        """
        items = set().union(*(tests.get(line, ()) for line in lines))
        weight: dict[pytest.Item, float] = defaultdict(float)
        for (path, _), running in tests.items():
            if path == place:
                for item in running & items:
                    weight[item] -= 1 / len(running)
        nth: Counter[str] = Counter()
        rank: dict[pytest.Item, int] = {}
        for item in sorted(items, key=lambda item: (weight[item], zlib.crc32(item.nodeid.encode()))):
            test = item.nodeid.partition("[")[0]
            rank[item] = nth[test]
            nth[test] += 1
        return sorted(rank, key=rank.__getitem__)[: self.most]

    def _tests(self, items: list[pytest.Item]) -> dict[Line, set[pytest.Item]]:
        """The tests that run each line; the end, if one fails without any mutant."""
        tests: dict[Line, set[pytest.Item]] = defaultdict(set)
        for item, following in zip(items, [*items[1:], None], strict=True):
            _forget(self.lines.paths, of_tests=False)  # each test runs the lines that it needs
            with self.lines as seen:
                reports = runtestprotocol(item, log=False, nextitem=following)
            if failed := [report for report in reports if report.failed]:
                pytest.exit(f"{item.nodeid} fails without a mutant:\n{failed[0].longreprtext}", returncode=1)
            for line in seen:
                tests[line].add(item)
        return tests


def _swapped(place: str, of_module: list[FunctionType], code: CodeType, tests: list[pytest.Item]) -> str:
    """Whether all tests pass with the mutant's code in the imported module."""
    if not tests:
        return "no test"
    _forget({place}, of_tests=True)
    try:
        swap(of_module, code)
    except AlikeError:
        return "not tried"
    for item, following in zip(tests, [*tests[1:], None], strict=True):
        if any(report.failed for report in runtestprotocol(item, log=False, nextitem=following)):
            return "killed"
    return "survived"


def _forget(places: set[str], *, of_tests: bool) -> None:
    """Empty the caches of modules and of the tests: they hold what the original made."""
    for name, module in list(sys.modules.items()):
        if (of_tests and name.startswith("tests.")) or getattr(module, "__file__", None) in places:
            for thing in list(vars(module).values()):
                if clear := getattr(thing, "cache_clear", None):
                    clear()


def _afresh(place: str, source: str, files: set[str], named: set[str]) -> str:
    """Whether tests pass in a pytest of its own that imports the mutant; all of a file of which none is named."""
    if not files:
        return "no test"
    tree = str(Path.cwd())
    for name, module in list(sys.modules.items()):
        if (getattr(module, "__file__", None) or "").startswith(tree) and not name.startswith(
            "tests.mutants"
        ):
            del sys.modules[name]
    real = SourceFileLoader.get_code

    def get_code(self: SourceFileLoader, fullname: str) -> CodeType | None:
        path = self.get_filename(fullname)
        return compile(source, path, "exec") if path == place else real(self, fullname)

    SourceFileLoader.get_code = get_code  # type: ignore[assignment, method-assign]
    match pytest.main([*PLAIN, *sorted(files)], plugins=[_Named(named)]):
        case pytest.ExitCode.OK:
            return "survived"
        case pytest.ExitCode.NO_TESTS_COLLECTED:
            return "no test"
        case pytest.ExitCode.INTERNAL_ERROR:
            return "not tried"
        case _:  # a test failed, or a file of tests cannot import the mutant
            return "killed"


class _Named:
    """A plugin that leaves out the tests that are not named, of files of which some are."""

    def __init__(self, named: set[str]) -> None:
        self.named, self.of = named, {name.partition("::")[0] for name in named}

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items[:] = [
            item
            for item in items
            if item.nodeid in self.named or item.nodeid.partition("::")[0] not in self.of
        ]


def _compiled(root: Path, path: str) -> CodeType:
    return compile((root / path).read_text(), str(root / path), "exec")
