"""One lab without a cloud for its own tests: brought up once by `make lab`, taken down by the last of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.lab.support import Stack, can_run_lab, make_lab

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
    return make_lab("hosts", timeout=2400)


@pytest.fixture
def stack(bring_up: str) -> Stack:
    """The lab's stack as committed."""
    assert bring_up
    return Stack()
