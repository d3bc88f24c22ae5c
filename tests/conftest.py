"""For all tests: `--no-skips`, with which `make test` (and so CI) fails when anything was left out, and `--within`.

CI is cut at 90 minutes, which is enough for everything from a snapshot of the cloud, and too little where a machine without
caches has to deploy one first. There a test that is marked as long, and would not end in time, is left out, and says so.
"""

from __future__ import annotations

import os
import time

import pytest

NO_TIME = "no time left for it"
BEGAN = float(os.environ.get("TESTS_BEGAN") or time.time())
"""Seconds of the clock when `make test` began: checks and images come before the first test."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--no-skips", action="store_true", help="a test that is skipped fails the run")
    parser.addoption(
        "--within", type=float, metavar="MINUTES", help="a long test is left out if it could not end in time"
    )


def pytest_runtest_setup(item: pytest.Item) -> None:
    mark, within = item.get_closest_marker("long"), item.config.getoption("--within")
    if mark is None or within is None:
        return
    gone, needed = (time.time() - BEGAN) / 60, mark.kwargs["minutes"] + mark.kwargs["then"]
    if gone + needed > within:
        pytest.skip(f"{NO_TIME}: {gone:.0f} minutes are gone, and it and what follows take {needed}")


def pytest_sessionfinish(session: pytest.Session) -> None:
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None or session.exitstatus or not session.config.getoption("--no-skips"):
        return
    skipped = [one for one in reporter.stats.get("skipped", []) if NO_TIME not in str(one.longrepr)]
    if skipped:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
        reporter.write_line(
            f"--no-skips: {len(skipped)} skipped, and in this run every test has to run", red=True
        )
