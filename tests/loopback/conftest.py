"""Real daemons of one component on 127.0.0.1: root, Linux, package registries; minutes. `pytest -m loopback`."""

from __future__ import annotations

from pathlib import Path

import pytest

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in Path(item.path).parents:
            item.add_marker(pytest.mark.loopback)
