"""One lab for all lab tests: brought up once by `make lab`, taken down by the last test."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.lab.support import ROOT, Stack, can_run_lab

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    reason = can_run_lab()
    for item in items:
        if HERE in Path(item.path).parents:
            item.add_marker(pytest.mark.lab)
            if reason:
                item.add_marker(pytest.mark.skip(reason=reason))


@pytest.fixture(scope="session")
def bring_up() -> str:
    """What `make lab` printed."""
    done = subprocess.run(
        ["make", "lab"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=2400,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    output = done.stdout + done.stderr
    if done.returncode:
        pytest.exit(f"make lab failed ({done.returncode}):\n{output[-8000:]}", returncode=1)
    return output


@pytest.fixture
def stack(bring_up: str) -> Stack:
    """The lab's stack as committed."""
    assert bring_up
    return Stack()
